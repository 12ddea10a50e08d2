// SPDX-License-Identifier: MIT
import type { Market } from "./market.ts";
import type { Snapshot } from "./snapshot.ts";
import { shown } from "./units.ts";

/** A market by its number; undefined while it cannot be read. */
export function marketOf({ markets }: Snapshot, number: bigint): Market | undefined {
  const one = markets[Number(number) - 1];
  return one?.kind === "read" ? one.value : undefined;
}

/** An amount of a market's collateral; what a coin is worth needs more decimals than a dollar. */
export function moneyOf(market: Market | undefined, amount: bigint): string {
  if (market === undefined) return `${amount} units`;
  return shown(amount, market.unitDecimals, market.kind === "coin" ? 4 : 2);
}
