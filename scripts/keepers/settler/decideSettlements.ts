// SPDX-License-Identifier: MIT

/** An expiry that has books with options. Seconds. */
export interface ExpiryStanding {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly feed: bigint;
  /** 0 until it is priced. */
  readonly price: bigint;
  readonly books: ReadonlySet<bigint>;
}

/** What an expiry needs next. */
export type SettlementTask =
  | { readonly kind: "price"; readonly expiry: ExpiryStanding }
  | { readonly kind: "witness"; readonly expiry: ExpiryStanding }
  | { readonly kind: "books"; readonly expiry: ExpiryStanding; readonly ids: readonly bigint[] };

/** Limits of a turn. */
export interface SettlementLimits {
  readonly booksAtOnce: number;
  /** Seconds after an expiry from which its witnesses are recorded while it has no price. */
  readonly witnessAfter: bigint;
}

/** A mean of less than a fifth of its half hour is no window; no rung opens before two minutes. */
const FIRST_RUNG = 120n;
/** What a witness said can be proven so long. */
const WITNESS_CLOSES = 72n * 3_600n;

/**
 * What expired markets need at `time`, oldest expiry first: a price, the witnesses that a price may need, then their books
 * in batches that stay the same while nobody settles one of them. Pure.
 */
export function decideSettlements(
  expiries: readonly ExpiryStanding[],
  time: bigint,
  { booksAtOnce, witnessAfter }: SettlementLimits,
): SettlementTask[] {
  const closed = expiries.filter(({ expiry }) => time >= expiry + FIRST_RUNG);
  const inOrder = [...closed].sort((a, b) => compare(a.expiry, b.expiry) || compare(a.market, b.market));
  return inOrder.flatMap((expiry): SettlementTask[] => {
    if (expiry.price !== 0n) return batches(expiry, booksAtOnce);
    const age = time - expiry.expiry;
    const isWitnessed = age >= witnessAfter && age < WITNESS_CLOSES;
    return [{ kind: "price", expiry }, ...(isWitnessed ? [{ kind: "witness", expiry } as const] : [])];
  });
}

function batches(expiry: ExpiryStanding, size: number): SettlementTask[] {
  const ids = [...expiry.books].sort(compare);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, batch) => ({
    kind: "books",
    expiry,
    ids: ids.slice(batch * size, (batch + 1) * size),
  }));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
