// SPDX-License-Identifier: MIT
import type { Prices } from "../../model/types.ts";
import type { Fault } from "../scenario/faultTypes.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { equivocate, futureDate, garbage, keyStolen, replay } from "./forgedReports.ts";
import { WrongPrices } from "./WrongPrices.ts";

const MILLISECONDS = 1000;

/** Validators that err or lie. Wrong prices go in where the program looks at the market; everything else is wrong in what it shows. */
export const oracleFaults: Injectors<"oracle"> = {
  "oracle.silent": (_fault, ground) => seeing(ground, (_validator, prices) => prices.map(() => 0n)),
  "oracle.value": (fault, ground) => wrongPrices(fault, ground),
  "oracle.equivocate": (_fault, ground) => equivocate(ground),
  "oracle.replay": (_fault, ground) => replay(ground),
  "oracle.futureDate": (_fault, ground) => futureDate(ground),
  "oracle.garbage": (_fault, ground) => garbage(ground),
  "oracle.clockSkew": ({ with: { skewSeconds } }, { stacks, targets }) =>
    bending(() =>
      stacks.skewMs.add(
        (below) => (actor) => below(actor) + (targets.includes(actor) ? skewSeconds * MILLISECONDS : 0),
      ),
    ),
  "oracle.keyStolen": (_fault, ground) => keyStolen(ground),
};

function wrongPrices(fault: Fault<"oracle.value">, ground: FaultGround): Injection {
  const wrong = new WrongPrices(fault, () => ground.world.time.elapsedSeconds);
  return seeing(ground, (validator, prices) =>
    prices.map((price, slot) => (price === 0n ? 0n : wrong.of(`${validator} ${slot}`, price))),
  );
}

function seeing({ stacks, targets }: FaultGround, see: (validator: string, prices: Prices) => Prices): Injection {
  return bending(() =>
    stacks.prices.add((below) => (validator, observed) => {
      const prices = below(validator, observed);
      return targets.includes(validator) ? see(validator, prices) : prices;
    }),
  );
}
