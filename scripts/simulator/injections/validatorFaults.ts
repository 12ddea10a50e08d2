// SPDX-License-Identifier: MIT
import { registryInterface } from "../../chain/registryInterface.ts";
import type { Fault } from "../scenario/faultTypes.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";

/** Validators that are away, and those that go. */
export const validatorFaults: Injectors<"validator"> = {
  "validator.crash": (_fault, ground) => down(ground),
  "validator.restart": (fault, ground) => restart(fault, ground),
  "validator.unbond": (_fault, ground) => ({ begin: () => askRegistry(ground, "requestExit") }),
  "validator.leave": (_fault, ground) => ({
    begin: () => askRegistry(ground, "selfJail"),
    end: () => askRegistry(ground, "rejoin"),
  }),
};

/** Power cuts of all who are hit. @param prepare What happens to a disk meanwhile. */
export function down(
  { outages, targets }: Pick<FaultGround, "outages" | "targets">,
  prepare: (name: string) => void = () => undefined,
): Injection {
  return {
    begin: () => targets.forEach((name) => outages.hold(name)),
    end: () =>
      targets.forEach((name) => {
        prepare(name);
        outages.release(name);
      }),
  };
}

function restart({ with: { disk } }: Fault<"validator.restart">, ground: FaultGround): Injection {
  const { world, targets } = ground;
  const copies = new Map<string, () => void>();
  if (disk === "old") {
    const copy = (): void => {
      for (const name of targets) copies.set(name, world.actors.get(name)!.disk.copyFiles());
    };
    world.time.schedule(world.scenario.chain.startAt * 1000, copy);
  }
  return down(ground, (name) => {
    if (disk === "lost") world.actors.get(name)!.disk.lose();
    copies.get(name)?.();
  });
}

/** Owners ask with their withdrawal keys. What the registry refuses is noted, and no more: it has reasons to. */
async function askRegistry({ world, targets, errands, note }: FaultGround, call: string): Promise<void> {
  const registry = world.room.registry.target as string;
  for (const name of targets) {
    const { address } = world.keyOf(name);
    const validatorId = await errands.ask(registry, registryInterface, "validatorOf", [address]);
    const data = registryInterface.encodeFunctionData(call, [validatorId]);
    const taken = await errands.send(world.keyOf(`${name}, withdrawal`), { to: registry, data });
    note({ validator: name, call, taken });
  }
}
