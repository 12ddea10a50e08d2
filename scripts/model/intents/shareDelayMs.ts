// SPDX-License-Identifier: MIT
/** One of several replicas that share work. */
export interface Replica {
  /** 0 to `replicas` − 1. */
  readonly index: number;
  readonly replicas: number;
  /** How long each next replica waits for the one before it. */
  readonly backupMs: bigint;
}

/**
 * Milliseconds after work became due at which a replica takes it on: at once where the work's number falls to it, later
 * by one delay for each replica before it. So all of it is done while one is left, and mostly once. Pure.
 * @param id Any number that all replicas give the same work.
 */
export function shareDelayMs(id: bigint, { index, replicas, backupMs }: Replica): bigint {
  const count = BigInt(replicas);
  const owner = ((id % count) + count) % count;
  return ((BigInt(index) - owner + count) % count) * backupMs;
}
