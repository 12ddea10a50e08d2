// SPDX-License-Identifier: MIT

/** What the oracle's words say of a feed. Prices with 8 decimals. */
export interface FeedFacts {
  readonly price: bigint;
  readonly round: bigint;
  readonly dispersionPpm: number;
  /** Signed by a quorum; not a majority's or a witness's word. */
  readonly isQuorum: boolean;
  /** 0 when no witness ever spoke. */
  readonly witnessPrice: bigint;
}

const PRICE = (1n << 64n) - 1n;
const QUORUM = 1n;
const DISPERSION_UNIT_PPM = 10n;
const BPS = 10_000n;
const FINE = 100n;

/** Reads the words that `riskWords` returns, as contracts/shared/RiskWords.sol does. Pure. */
export function feedFactsOf(latest: bigint, witness: bigint): FeedFacts {
  return {
    price: latest & PRICE,
    round: (latest >> 64n) & 0xffff_ffffn,
    dispersionPpm: Number(((latest >> 96n) & 0x3fffn) * DISPERSION_UNIT_PPM),
    isQuorum: ((latest >> 113n) & 7n) === QUORUM,
    witnessPrice: witness & PRICE,
  };
}

/** Distance of a feed's price to its witness, bps; undefined unless there are both. Pure. */
export function witnessGapOf({ price, witnessPrice }: FeedFacts): number | undefined {
  if (price === 0n || witnessPrice === 0n) return undefined;
  const distance = witnessPrice > price ? witnessPrice - price : price - witnessPrice;
  return Number((distance * BPS * FINE) / price) / Number(FINE);
}

/** Share of the active weight that is not among `seats`; 0 to 1, for a leak makes it less than the seats' own. Pure. */
export function missingShareOf(
  weights: readonly bigint[],
  seats: readonly number[],
  mask: bigint,
  activeWeight: bigint,
): number | undefined {
  if (activeWeight === 0n) return undefined;
  const there = seats
    .filter((seat) => ((mask >> BigInt(seat)) & 1n) === 0n)
    .reduce((sum, seat) => sum + (weights[seat] ?? 0n), 0n);
  return Math.min(1, Math.max(0, 1 - Number(there) / Number(activeWeight)));
}
