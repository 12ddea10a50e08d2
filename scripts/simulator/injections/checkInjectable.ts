// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { Fault, FaultType } from "../scenario/faultTypes.ts";
import type { Scenario } from "../scenario/Scenario.ts";

/** Blocks that are made before a scenario's start, seconds of them. */
const LEAD_SECONDS = 240;
/** Everybody who follows the chain can follow so far. */
const DEEPEST = 150;
/** Parameters that governance can change on the chain. */
const GOVERNED_PARAMETERS: readonly string[] = ["tipBase", "minimumBond", "risk.ceilingThousands"];
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
  const [first] = notInjectable(scenario, hasMarketHands);
  if (first === undefined) return;
  const { fault, why } = first;
  throw new BallastError("faultNotInjectable", `Fault ${fault.name}: ${why}`, {
    context: { fault: fault.name, type: fault.type },
  });
}

/** Faults that the chain cannot show, each with the reason. Pure. */
export function notInjectable(
  scenario: Scenario,
  hasMarketHands: boolean,
): readonly { readonly fault: Fault; readonly why: string }[] {
  return scenario.faults.flatMap((fault) => {
    const why = reasonAgainst(fault, scenario, hasMarketHands);
    return why === undefined ? [] : [{ fault, why }];
  });
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
