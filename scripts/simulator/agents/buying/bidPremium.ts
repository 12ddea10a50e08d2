// SPDX-License-Identifier: MIT
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import type { Leg, Terms } from "../../../model/clearing/types.ts";
import { BPS } from "../../../model/constants.ts";
import { optionValue } from "../../../model/trading/optionValue.ts";
import type { ValueInput } from "../../../model/trading/optionValue.ts";

/**
 * What a buyer pays for the other side of a writer's legs: what he thinks it is worth less his discount, never less than
 * nothing; ledger units, rounded down. Pure.
 * @param legs From the writer's side.
 */
export function bidPremium(legs: readonly Leg[], terms: Terms, input: ValueInput, discountBps: bigint): bigint {
  const worth = legs.reduce((sum, leg) => sum - optionValue(leg, terms, input) * leg.size, 0n);
  return worth > 0n ? (worth * (BPS - discountBps)) / (BPS * SIZE_ONE) : 0n;
}
