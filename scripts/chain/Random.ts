// SPDX-License-Identifier: MIT
/** Randomness of a program. */
export interface Random {
  /** Uniform in [0, limit). */
  below(limit: bigint): bigint;
}
