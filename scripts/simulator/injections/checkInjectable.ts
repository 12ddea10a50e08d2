// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { Fault, FaultType } from "../scenario/faultTypes.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { GOVERNED_PARAMETERS } from "./adminFaults.ts";

/** Blocks that are made before a scenario's start, seconds of them. */
const LEAD_SECONDS = 240;
/** Everybody who follows the chain can follow so far. */
const DEEPEST = 150;
const BY_MARKET_HANDS: readonly FaultType[] = [
  "market.liquidity",
  "market.vaultRun",
  "market.insuranceDrain",
  "market.dustBooks",
];

/**
 * Refuses what cannot be done on the chain, before anything runs.
 * @param hasMarketHands Whether somebody acts in the markets. @throws BallastError `faultNotInjectable`.
 */
export function checkInjectable(scenario: Scenario, hasMarketHands: boolean): void {
  for (const fault of scenario.faults) {
    const why = reasonAgainst(fault, scenario, hasMarketHands);
    if (why === undefined) continue;
    const context = { fault: fault.name, type: fault.type };
    throw new BallastError("faultNotInjectable", `Fault ${fault.name}: ${why}`, { context });
  }
}

function reasonAgainst(fault: Fault, scenario: Scenario, hasMarketHands: boolean): string | undefined {
  if (fault.type === "admin.setParameter" && !GOVERNED_PARAMETERS.includes(fault.with.name))
    return `${fault.with.name} cannot be changed on the chain; ${GOVERNED_PARAMETERS.join(", ")} can`;
  if (fault.type === "chain.reorg") return reasonAgainstReorg(fault, scenario);
  if (fault.type === "market.vaultRun" && scenario.vaults.length === 0) return "there are no vaults";
  if (BY_MARKET_HANDS.includes(fault.type) && !hasMarketHands) return "nobody acts in the markets";
  return undefined;
}

function reasonAgainstReorg(fault: Fault<"chain.reorg">, { chain }: Scenario): string | undefined {
  const { depth } = fault.with;
  const blocks = Math.floor((fault.atSeconds + LEAD_SECONDS) / chain.blockSeconds);
  if (depth > DEEPEST) return `nobody follows more than ${DEEPEST} blocks back`;
  return depth > blocks ? `there are no more than ${blocks} blocks to take back by then` : undefined;
}
