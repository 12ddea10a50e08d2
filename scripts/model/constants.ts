// SPDX-License-Identifier: MIT
/** Feed slots of one oracle; a signed vector always has this many prices. */
export const FEED_SLOTS = 8;
/** Seats of a validator set; a seat is a bit in every bitmap. */
export const SEATS = 32;
/** Seconds of one round. */
export const ROUND_SECONDS = 15n;
/** Milliseconds of one round. */
export const ROUND_MS = ROUND_SECONDS * 1000n;
/** A report's anchor block is at least this many seconds older than the start of its round. */
export const ANCHOR_SECONDS = 24n;
/** Blocks whose hash a chain remembers. */
export const ANCHOR_BLOCKS = 256n;
/** A round is accepted while it is at most this many seconds old. */
export const MAXIMUM_ROUND_AGE_SECONDS = 600n;
/** A superset of the latest round's signers is accepted for this long after the first acceptance. */
export const SUPERSET_SECONDS = 2n * ROUND_SECONDS;
/** Unit of reliability: this much is 1. */
export const RELIABILITY_ONE = 1n << 15n;
/** Decimals of every price. */
export const PRICE_DECIMALS = 8;
/** One dollar in the unit of prices. */
export const PRICE_ONE = 10n ** 8n;
/** Basis points in one. */
export const BPS = 10_000n;
/** Parts per million in one. */
export const PPM = 1_000_000n;
