// SPDX-License-Identifier: MIT
import type { Timer } from "../chain/Timer.ts";
import { stepBucket } from "../model/trading/stepBucket.ts";
import type { Bucket, BucketPolicy } from "../model/trading/stepBucket.ts";

/** Addresses remembered at once; the one that was heard of longest ago is forgotten first. */
const MOST_ADDRESSES = 10_000;

/** How often each address may ask. Bounded memory. */
export class RateLimiter {
  readonly #timer: Timer;
  readonly #policy: BucketPolicy;
  readonly #buckets = new Map<string, Bucket>();

  constructor(timer: Timer, policy: BucketPolicy) {
    this.#timer = timer;
    this.#policy = policy;
  }

  admits(address: string): boolean {
    const { admitted, bucket } = stepBucket(this.#buckets.get(address), this.#timer.elapsedMs(), this.#policy);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return admitted;
  }
}
