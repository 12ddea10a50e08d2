// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { decideFees, feeCeiling } from "../model/intents/decideFees.ts";
import type { FeeDecision } from "../model/intents/decideFees.ts";
import type { ActionClass, Work } from "../model/intents/types.ts";
import type { AgreedChain, MarketFees } from "./AgreedChain.ts";
import type { BlockFacts, ChainCall } from "./chainFacts.ts";

/** The chain's own word on work. */
interface Refused {
  readonly kind: "refused";
  readonly error: BallastError;
}

/** Gas that work needs, with headroom, or why the chain would refuse it. */
export type Simulation = { readonly kind: "passes"; readonly gasLimit: bigint } | Refused;

/** What work costs now, or why it is not to be done now. */
export type WorkPlan =
  | (Extract<FeeDecision, { kind: "pay" }> & { readonly gasLimit: bigint })
  | Extract<FeeDecision, { kind: "tooDear" }>
  | Refused;

const GAS_HEADROOM_PERCENT = 125n;

/** Simulates a call on the state after `head`. */
export async function simulateWork(agreed: AgreedChain, call: ChainCall, head: BlockFacts): Promise<Simulation> {
  try {
    await agreed.call(call, head);
    return { kind: "passes", gasLimit: ((await agreed.gas(call, head)) * GAS_HEADROOM_PERCENT) / 100n };
  } catch (error) {
    if (error instanceof BallastError && error.code === "callReverted") return { kind: "refused", error };
    throw error;
  }
}

/** Weighs what work brings against its gas. Pure. */
export function weighWork(
  gasLimit: bigint,
  work: Pick<Work, "rewardWei" | "expectedGas">,
  action: ActionClass,
  { baseFeePerGas, market }: MarketFees,
): WorkPlan {
  if (gasLimit > action.maximumGas) {
    const context = { gas: gasLimit, limit: action.maximumGas };
    return { kind: "refused", error: new BallastError("tooMuchGas", "The work needs too much gas", { context }) };
  }
  const decision = decideFees(market, baseFeePerGas, feeCeiling(action, work, gasLimit));
  return decision.kind === "pay" ? { ...decision, gasLimit } : decision;
}
