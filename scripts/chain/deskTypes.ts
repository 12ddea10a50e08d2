// SPDX-License-Identifier: MIT
import type { BallastError } from "../model/BallastError.ts";
import type { Remedy } from "../model/intents/remedyOf.ts";
import type { ActionClass, IntentEnd } from "../model/intents/types.ts";
import type { Finality } from "./AgreedChain.ts";
import type { WorkPlan } from "./planWork.ts";

/** How a desk behaves. */
export interface DeskPolicy {
  readonly classes: readonly ActionClass[];
  /** For empty transactions that fill nonces nobody has; a must. */
  readonly filler: ActionClass;
  /** When the end of an intent is believed. */
  readonly finality: Finality;
  /** Transactions that this account sent and forgot are waited for so long before their nonces are filled. */
  readonly forgottenMs: bigint;
}

/** What became of a proposal. */
export type Proposal =
  /** Written down; `IntentDesk.advance` does it. */
  | { readonly kind: "planned" }
  /** Under way, or done, under the same key. */
  | { readonly kind: "known"; readonly state: "open" | "done" }
  /** The chain would refuse it now, or it is not worth its gas. */
  | Exclude<WorkPlan, { kind: "pay" }>;

/** Something that happened in a turn. */
export interface IntentEvent {
  readonly key: string;
  readonly kind: "bound" | "sent" | "bumped" | "cancelled" | "mined" | "nonceTaken" | "adopted" | "unbound" | IntentEnd;
  readonly nonce?: number;
  readonly hash?: string;
}

/** A failure that held one intent up, and what to do about it. */
export interface IntentProblem {
  readonly key: string;
  readonly error: BallastError;
  readonly remedy: Remedy;
}

/** What a turn did. */
export interface DeskTurn {
  readonly events: readonly IntentEvent[];
  readonly problems: readonly IntentProblem[];
}
