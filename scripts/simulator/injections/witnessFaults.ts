// SPDX-License-Identifier: MIT
import type { Fault } from "../scenario/faultTypes.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { WrongPrices } from "./WrongPrices.ts";

/** Faults of the price sources that accuse nobody and are asked when it matters. A name is one source of every feed. */
export const witnessFaults: Injectors<"witness"> = {
  "witness.silent": (_fault, ground) => saying(ground, () => undefined),
  "witness.value": (fault, ground) => wrong(fault, ground),
  "witness.floor": ({ with: { price: floor } }, ground) => saying(ground, (price) => (price < floor ? floor : price)),
};

function wrong(fault: Fault<"witness.value">, ground: FaultGround): Injection {
  const prices = new WrongPrices(fault, () => ground.world.time.elapsedSeconds);
  return saying(ground, (price, name) => prices.of(name, price));
}

function saying({ stacks, targets }: FaultGround, say: (price: bigint, name: string) => bigint | undefined): Injection {
  return bending(() =>
    stacks.witness.add((below) => (witness, feed, real) => {
      const price = below(witness, feed, real);
      return price === undefined || !targets.includes(witness) ? price : say(price, `${witness} ${feed}`);
    }),
  );
}
