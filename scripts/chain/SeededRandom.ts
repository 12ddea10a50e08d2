// SPDX-License-Identifier: MIT
import { uniformBigInt } from "pure-rand/distribution/uniformBigInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import type { Random } from "./Random.ts";

/** Repeatable randomness: the same seed yields the same sequence on every machine. */
export class SeededRandom implements Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  below(limit: bigint): bigint {
    return uniformBigInt(this.#generator, 0n, limit - 1n);
  }

  /** Uniform in [0, 1) in steps of 2^-32, for paths of millions of steps. */
  unit(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }
}
