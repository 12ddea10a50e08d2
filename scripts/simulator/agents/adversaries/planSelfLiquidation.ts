// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../../model/clearing/liquidation.ts";
import type { AuctionRules } from "../../../model/clearing/liquidation.ts";
import { calculateMarks, timeValueUp } from "../../../model/clearing/margin.ts";
import { larger, smaller } from "../../../model/clearing/payoff.ts";
import { planLargest } from "./planInterestCap.ts";
import type { WalkAwayPlan, WalkAwaySight } from "./planInterestCap.ts";

/** What he believes of the price: it falls or rises so far, percent, before anybody can act, in so many of a hundred openings. */
export interface GapBelief {
  readonly percent: bigint;
  readonly chancePercent: bigint;
}

/** What somebody knows who means to be paid for taking over his own book. */
export interface SelfLiquidationSight extends Omit<WalkAwaySight, "expected"> {
  /** Until the expiry. */
  readonly secondsLeft: bigint;
  readonly gap: GapBelief;
}

const FULL_BPS = 10_000n;
const PERCENT = 100n;

/**
 * The short against himself whose auction brings most after a gap: insurance pays up to a share of its marks for it, and his
 * longs close it at once. Weighed with how often the gap comes against the fee that is always paid. Pure.
 */
export function planSelfLiquidation(
  sight: SelfLiquidationSight,
  rules: Pick<AuctionRules, "highestPercent"> = AUCTION_RULES,
): WalkAwayPlan | undefined {
  const { terms, price, secondsLeft, insurance, gap } = sight;
  const timeValue = timeValueUp(FULL_BPS, secondsLeft);
  return planLargest(sight, ({ leg, cash, fee }) => {
    const moved = (price * (leg.isCall ? PERCENT + gap.percent : PERCENT - gap.percent)) / PERCENT;
    const { full } = calculateMarks([leg], terms, moved, timeValue);
    // Nothing is drawn while the book can pay its marks itself; then he closes it and has his cash back.
    const drawn = cash < full ? smaller((full * rules.highestPercent) / PERCENT - cash, insurance) : 0n;
    return (larger(drawn, 0n) * gap.chancePercent) / PERCENT - fee;
  });
}

/** An own book before its expiry, ledger units. */
export interface OwnAuction {
  readonly isFlagged: boolean;
  readonly isLiquidatable: boolean;
  readonly cash: bigint;
  /** M. */
  readonly full: bigint;
  /** P of the whole book. */
  readonly payment: bigint;
  /** Until the expiry. */
  readonly secondsLeft: bigint;
}

/** An auction reaches its end in an hour of bid time; nobody waits longer than this before the expiry. */
const LAST_SECONDS = 1_800n;

/**
 * What he does about his own book: one that can pay is closed before it costs him a penalty, one that cannot is flagged, and
 * taken over once that pays all it ever will, or time is short. Pure.
 */
export function decideOwnAuction(
  { isFlagged, isLiquidatable, cash, full, payment, secondsLeft }: OwnAuction,
  { highestPercent }: Pick<AuctionRules, "highestPercent"> = AUCTION_RULES,
): "wait" | "close" | "flag" | "take" {
  if (!isFlagged && !isLiquidatable) return "wait";
  if (cash >= full) return "close";
  if (!isFlagged) return "flag";
  const isHighest = payment * PERCENT > full * highestPercent - PERCENT;
  return payment > cash && (isHighest || secondsLeft <= LAST_SECONDS) ? "take" : "wait";
}
