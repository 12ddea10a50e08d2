// SPDX-License-Identifier: MIT
import type { Finality } from "../chain/AgreedChain.ts";
import type { DeskPolicy } from "../chain/deskTypes.ts";
import type { ActionClass } from "../model/intents/types.ts";

/** What work of one's own may cost; wei per gas. */
export interface OwnFees {
  readonly maximumFeePerGas: bigint;
  readonly maximumGas: bigint;
  readonly bumpAfterMs: number;
}

const FORGOTTEN_MS = 120_000n;

/** How the desk behaves of somebody who sends one class of work, all of it musts: he does not do it for a reward. */
export function deskPolicy(name: string, fees: OwnFees, finality: Finality): DeskPolicy {
  const { maximumFeePerGas, maximumGas } = fees;
  const costs = { maximumFeePerGas, maximumGas, bumpAfterMs: BigInt(fees.bumpAfterMs), profitPercent: 0n };
  const action: ActionClass = { name, mustDo: true, ...costs };
  return { classes: [action], filler: { ...action, name: "filler" }, finality, forgottenMs: FORGOTTEN_MS };
}
