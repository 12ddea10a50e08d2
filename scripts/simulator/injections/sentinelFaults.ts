// SPDX-License-Identifier: MIT
import { riskInterface } from "../../chain/riskInterface.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { repeating } from "./repeating.ts";

/** Most that may be reported; the contract's own limit. */
const HIGHEST_BPS = 1_000;
const REPORT_SECONDS = 300;

/** Reporters that say the same whatever happens. */
export const sentinelFaults: Injectors<"sentinel"> = {
  "sentinel.stuckHigh": (_fault, ground) => reporting(ground, () => HIGHEST_BPS),
  "sentinel.stuckLow": (_fault, ground) => reporting(ground, () => 0),
  "sentinel.flapping": (_fault, ground) => reporting(ground, (times) => (times % 2 === 0 ? HIGHEST_BPS : 0)),
};

/** The local node holds the reporters' keys. */
function reporting({ world, targets, errands }: FaultGround, addOnBps: (times: number) => number): Injection {
  const { reporters } = world.room.parameters.risk;
  const places = targets.map((name) => world.population.sentinels.indexOf(name));
  const to = world.room.risk.target as string;
  return repeating(world, REPORT_SECONDS, async (times) => {
    for (const place of places)
      for (const feed of world.population.feeds.keys()) {
        const data = riskInterface.encodeFunctionData("report", [feed, addOnBps(times)]);
        await errands.sendFrom(reporters[place]!, { to, data });
      }
  });
}
