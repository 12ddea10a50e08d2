// SPDX-License-Identifier: MIT
/** Tokens of one address, and when they were counted last. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** So many requests at once, and then so many a second. */
export interface BucketPolicy {
  readonly burst: number;
  readonly perSecond: number;
}

/** Takes a token, if there is one. */
export function stepBucket(
  bucket: Bucket | undefined,
  nowMs: number,
  { burst, perSecond }: BucketPolicy,
): { readonly admitted: boolean; readonly bucket: Bucket } {
  const before = bucket ?? { tokens: burst, atMs: nowMs };
  const tokens = Math.min(burst, before.tokens + ((nowMs - before.atMs) * perSecond) / 1000);
  const admitted = tokens >= 1;
  return { admitted, bucket: { tokens: admitted ? tokens - 1 : tokens, atMs: nowMs } };
}
