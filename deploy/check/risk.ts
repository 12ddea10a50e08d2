// SPDX-License-Identifier: MIT
import { NO_FEED, reportersOf } from "../parameters.ts";
import { compare } from "./compare.ts";
import type { Check } from "./Deployment.ts";

/** The risk contract counts what the parameters say, and stake not yet. */
export const checkRisk: Check = (provider, deployment) => {
  const { parameters } = deployment;
  const { bondFeed, bondDecimals, haircutBps, ceilingThousands } = parameters.risk;
  return compare(provider, deployment, [
    ["risk", "heartbeat() uint256", BigInt(parameters.heartbeat)],
    ["risk", "pokeTip() uint256", parameters.pokeReward],
    ["risk", "bondFeed() uint256", BigInt(bondFeed ?? NO_FEED)],
    ["risk", "bondUnit() uint256", 10n ** BigInt(bondDecimals)],
    ["risk", "haircutBps() uint256", BigInt(haircutBps)],
    ["risk", "ceilingThousands() uint256", BigInt(ceilingThousands)],
    ["risk", "isStakeOn() bool", false],
    ["risk", "reporters() address[3]", reportersOf(parameters).join()],
  ]);
};
