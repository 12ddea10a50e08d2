// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { decideFees, feeCeiling } from "../model/intents/decideFees.ts";
import type { FeeDecision } from "../model/intents/decideFees.ts";
import type { ActionClass, Work } from "../model/intents/types.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";

/** What work costs now, or why it is not to be done now. */
export type WorkPlan =
  | (Extract<FeeDecision, { kind: "pay" }> & { readonly gasLimit: bigint })
  | Extract<FeeDecision, { kind: "tooDear" }>
  | { readonly kind: "refused"; readonly error: BallastError };

const GAS_HEADROOM_PERCENT = 125n;

/** Simulates work of an account on the state after `head`, and weighs what it brings against its gas. */
export async function planWork(
  agreed: AgreedChain,
  from: string,
  work: Work,
  action: ActionClass,
  head: BlockFacts,
): Promise<WorkPlan> {
  const call = { from, to: work.to, data: work.data };
  let gasLimit: bigint;
  try {
    await agreed.call(call, head);
    gasLimit = ((await agreed.gas(call, head)) * GAS_HEADROOM_PERCENT) / 100n;
  } catch (error) {
    if (error instanceof BallastError && error.code === "callReverted") return { kind: "refused", error };
    throw error;
  }
  if (gasLimit > action.maximumGas) {
    const context = { gas: gasLimit, limit: action.maximumGas };
    return { kind: "refused", error: new BallastError("tooMuchGas", "The work needs too much gas", { context }) };
  }
  const { baseFeePerGas, market } = await agreed.marketFees(head);
  const decision = decideFees(market, baseFeePerGas, feeCeiling(action, work.rewardWei, gasLimit));
  return decision.kind === "pay" ? { ...decision, gasLimit } : decision;
}
