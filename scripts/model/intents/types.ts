// SPDX-License-Identifier: MIT
import type { Fees } from "../decideBump.ts";

/** What a kind of action may cost and how long it may wait. Fees in wei per gas. */
export interface ActionClass {
  readonly name: string;
  /** Done whatever it brings in, up to the cap; else only with profit. */
  readonly mustDo: boolean;
  readonly maximumFeePerGas: bigint;
  readonly maximumGas: bigint;
  /** A transaction that waits this long is made dearer. */
  readonly bumpAfterMs: bigint;
  /** Of the cost, what the reward must exceed it by; ignored for a must. */
  readonly profitPercent: bigint;
}

/** Something to be done once. */
export interface Work {
  /** Names the effect: the same key is never done twice. */
  readonly key: string;
  readonly className: string;
  readonly to: string;
  readonly data: string;
  /** What it brings in, wei. */
  readonly rewardWei: bigint;
  /** Gas it uses, where contracts want far more to be there; missing where its limit is as good a guess. */
  readonly expectedGas?: bigint;
  /** After this it is not worth doing; it is withdrawn. */
  readonly deadlineMs: bigint;
  /**
   * Keys of what one transaction does all of or none of; missing where it is the work's own key alone. Each is open or
   * done once like any key. Only what does no harm when it is done twice may be a part.
   */
  readonly parts?: readonly string[];
}

/** A signed transaction; one that was found in the chain has no `raw`. */
export interface SignedAttempt {
  readonly hash: string;
  readonly raw: string | undefined;
  readonly atMs: bigint;
}

/** One transaction of an intent. Its hash is missing until it is signed: before that it cannot have left. */
export interface Attempt extends Fees {
  readonly id: number;
  /** Does the work, or takes the nonce from it with an empty transaction to the own account. */
  readonly kind: "work" | "cancel";
  readonly gasLimit: bigint;
  readonly signed: SignedAttempt | undefined;
}

/** A nonce, and a block in which it was still free. */
export interface NoncePlace {
  readonly nonce: number;
  readonly block: bigint;
}

/** Work that was written down. All its attempts have its nonce: at most one of them can ever be in the chain. */
export interface Intent extends Work {
  readonly id: number;
  /** Gas that its simulation asked for, with headroom. */
  readonly gasLimit: bigint;
  /** Nobody wants it any more. */
  readonly withdrawn: boolean;
  /** The account's next nonce and the head when it was written down; lower ones if it lost a nonce it had. */
  readonly planned: NoncePlace;
  /** Its nonce and the head when it got it; none while it waits for its turn. */
  readonly bound: NoncePlace | undefined;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

/** How an intent ended, for good. */
export type IntentEnd = "done" | "reverted" | "givenUp";
