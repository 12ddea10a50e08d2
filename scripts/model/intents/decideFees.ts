// SPDX-License-Identifier: MIT
import { smaller } from "../clearing/payoff.ts";
import type { Fees } from "../decideBump.ts";
import type { ActionClass, Work } from "./types.ts";

/** Whether work is worth its gas now. */
export type FeeDecision =
  | { readonly kind: "pay"; readonly fees: Fees }
  | { readonly kind: "tooDear"; readonly needed: bigint; readonly ceiling: bigint };

/**
 * Most that work of a class may pay per gas: the cap of its class and, unless it must be done, what leaves its profit.
 * @param gasLimit Of its transaction, which may be more than what it is expected to use.
 */
export function feeCeiling(
  action: ActionClass,
  { rewardWei, expectedGas }: Pick<Work, "rewardWei" | "expectedGas">,
  gasLimit: bigint,
): bigint {
  if (action.mustDo) return action.maximumFeePerGas;
  const gas = smaller(expectedGas ?? gasLimit, gasLimit);
  const worth = (rewardWei * 100n) / ((100n + action.profitPercent) * gas);
  return worth < action.maximumFeePerGas ? worth : action.maximumFeePerGas;
}

/** First fees of work: the market's, up to the ceiling. Below base fee and tip nobody would take it. Pure. */
export function decideFees(market: Fees, baseFeePerGas: bigint, ceiling: bigint): FeeDecision {
  const needed = baseFeePerGas + market.maxPriorityFeePerGas;
  if (needed > ceiling) return { kind: "tooDear", needed, ceiling };
  const maxFeePerGas = market.maxFeePerGas < ceiling ? market.maxFeePerGas : ceiling;
  return { kind: "pay", fees: { maxFeePerGas, maxPriorityFeePerGas: market.maxPriorityFeePerGas } };
}
