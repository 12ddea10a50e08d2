// SPDX-License-Identifier: MIT

/** What an auction's clock goes by. Prices have 8 decimals, times are seconds. */
export interface AuctionStanding {
  /** Of the running epoch, unix seconds. */
  readonly expiry: bigint;
  /** On the auction's clock, at the last look, and all there is. */
  readonly elapsed: bigint;
  readonly auctionSeconds: bigint;
  /** The mode at the last look, and now. */
  readonly wasNormal: boolean;
  readonly isNormal: boolean;
  /** It ended for good. */
  readonly isOver: boolean;
  readonly startPrice: bigint;
  /** Now; 0 where there is none. */
  readonly price: bigint;
  /** Uptime of the feed since the last look. */
  readonly passed: bigint;
}

/** Why the auction's clock is to be looked at: the price went too far, Normal mode came back, or much time would be lost. */
export type SyncReason = "moved" | "resumed" | "clock";

/** Nothing is sold later than this before an expiry, and a price so far from the first one ends the auction. */
const LAST_SALE_SECONDS = 86_400n;
const MOVE_BPS = 500n;
const BPS = 10_000n;
/** What is lost at most when the mode leaves Normal between two looks; six looks for the auction of six hours. */
const LOOK_SECONDS = 3_600n;

/**
 * Whether somebody has to look at an auction at `time`. Time counts only between two looks at Normal mode with nothing else
 * between them, and a price that comes back reopens a sale that nobody saw end: a vault without buyers has none but keepers
 * to look. Beyond Normal mode there is nothing to gain. Pure.
 */
export function decideSync(standing: AuctionStanding, time: bigint): SyncReason | undefined {
  const { expiry, isOver, isNormal, wasNormal, elapsed, auctionSeconds, passed } = standing;
  if (isOver || !isNormal || time + LAST_SALE_SECONDS >= expiry) return undefined;
  if (hasMoved(standing)) return "moved";
  if (elapsed >= auctionSeconds) return undefined; // at the reserve: it falls no further
  if (!wasNormal) return "resumed";
  return passed >= LOOK_SECONDS ? "clock" : undefined;
}

function hasMoved({ price, startPrice }: AuctionStanding): boolean {
  const distance = price > startPrice ? price - startPrice : startPrice - price;
  return price !== 0n && distance * BPS > startPrice * MOVE_BPS;
}
