// SPDX-License-Identifier: MIT
import { BPS } from "../constants.ts";
import { AUCTION_RULES } from "./liquidation.ts";
import type { AuctionRules } from "./liquidation.ts";

/** A book that is short, in ledger units of its collateral. */
export interface ShortBook {
  readonly cash: bigint;
  /** M: what its legs are worth. */
  readonly full: bigint;
  /** Set aside for whoever flags it; 0 once paid. */
  readonly tip: bigint;
}

/** Of an auction's gain that a liquidator counts on unless he says otherwise. */
export const USUAL_AUCTION_SHARE_BPS = 5_000;

/**
 * What flagging a book brings a liquidator: the tip, his half of the penalty, and the share he counts on of what the auction that
 * follows can pay beyond the worth of the legs: cash but the penalty, or what insurance adds where cash is short. Rounded down. Pure.
 * @param auctionShareBps 0 for who only flags; half of it for who expects to win every other auction.
 */
export function flagReward(
  { cash, full, tip }: ShortBook,
  auctionShareBps: bigint,
  { penaltyPercent, highestPercent }: AuctionRules = AUCTION_RULES,
): bigint {
  const penalty = cash > full ? ((cash - full) * penaltyPercent) / 100n : 0n;
  const auction = cash > full ? cash - full - penalty : (full * (highestPercent - 100n)) / 100n;
  return tip + penalty / 2n + (auction * auctionShareBps) / BPS;
}
