// SPDX-License-Identifier: MIT
import { BallastError } from "./BallastError.ts";
import { FEED_SLOTS, SEATS } from "./constants.ts";
import type { CompactSignature, Prices } from "./types.ts";

/** Bytes of the header: round u40, setId u24, anchorBase u40, feedMask u8, n u8. */
export const HEADER_BYTES = 15;
/** Bytes per feed of the mask: base u64, tick u32. */
export const FEED_BYTES = 12;
/** Bytes per report before its prices: seat, anchor offset, r, yParityAndS. */
export const REPORT_BYTES = 66;
/** Bytes of a price in a narrow and in a wide report. */
export const NARROW_BYTES = 3;
export const WIDE_BYTES = 8;
/** Set in the seat byte of a report whose prices are absolute. */
export const WIDE_FLAG = 0x80;
/** Largest narrow value; 0 abstains, v means base + (v − 1) · tick. */
export const MAXIMUM_NARROW = (1n << 24n) - 1n;
/** Exclusive bounds of the header's numbers. */
export const ROUND_LIMIT = 1n << 40n;
export const SET_LIMIT = 1n << 24n;
export const BLOCK_LIMIT = 1n << 40n;
export const PRICE_LIMIT = 1n << 64n;
/** Largest distance of an anchor below the base. */
export const MAXIMUM_ANCHOR_OFFSET = 255n;

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const S_MASK = (1n << 255n) - 1n;

/** Refuses malformed relays with one code. */
export function requireRelay(
  condition: boolean,
  reason: string,
  context: Record<string, unknown> = {},
): asserts condition {
  if (!condition)
    throw new BallastError("relayMalformed", `Relay refused: ${reason}`, { context: { reason, ...context } });
}

/** Checks a price vector: the right length, every price a u64, at least one given. */
export function requireVector(prices: Prices, seat: number): void {
  requireRelay(prices.length === FEED_SLOTS, "vectorLength", { seat, length: prices.length });
  requireRelay(
    prices.every((price) => price >= 0n && price < PRICE_LIMIT),
    "priceOutOfRange",
    { seat },
  );
  requireRelay(
    prices.some((price) => price !== 0n),
    "pricesNothing",
    { seat },
  );
}

/** Checks the number of reports and that seats rise strictly. */
export function requireSeats(seats: readonly number[]): void {
  requireRelay(seats.length >= 1 && seats.length <= SEATS, "reportCount", { count: seats.length });
  seats.forEach((seat, index) => {
    requireRelay(Number.isInteger(seat) && seat >= 0 && seat < SEATS, "seatOutOfRange", { seat });
    requireRelay(index === 0 || seat > seats[index - 1]!, "seatsNotRising", { seat });
  });
}

/** Whether a compact signature has a low s; the oracle refuses the other of the two forms. */
export function hasLowS(signature: CompactSignature): boolean {
  return (BigInt(signature.yParityAndS) & S_MASK) <= HALF_ORDER;
}

/** Checks that a compact signature has a low s. */
export function requireLowS(signature: CompactSignature, seat: number): void {
  requireRelay(hasLowS(signature), "signatureHighS", { seat });
}

/** Feeds of a mask, lowest first. */
export function feedsOf(mask: number): number[] {
  return Array.from({ length: FEED_SLOTS }, (_, feed) => feed).filter((feed) => ((mask >> feed) & 1) === 1);
}

/** Report indices that price `feed`, by rising (price, index). */
export function orderOf(vectors: readonly Prices[], feed: number): number[] {
  const priced = vectors.flatMap((prices, index) => (prices[feed] === 0n ? [] : [{ price: prices[feed]!, index }]));
  priced.sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : a.index - b.index));
  return priced.map((entry) => entry.index);
}
