// SPDX-License-Identifier: MIT
import {
  clockElapsed,
  clockStarted,
  clockStopped,
  SLICE_LEFT_BPS,
  SLICE_SECONDS,
  windowTaken,
} from "../../../model/clearing/auctionClock.ts";
import { changeLeg, hasShorts } from "../../../model/clearing/clearingLedger.ts";
import { isFlaggable, isShort } from "../../../model/clearing/isShort.ts";
import { auctionTerms, elapsedDown, LEAST_SHARE, SHARE_ONE } from "../../../model/clearing/liquidation.ts";
import type { AuctionRules, AuctionTerms } from "../../../model/clearing/liquidation.ts";
import { calculateMarks, calculateRequirement, costUp, maximumLossUp } from "../../../model/clearing/margin.ts";
import { ceilDiv, smaller } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import type { BidResult, FastBook } from "./fastTypes.ts";
import type { MarketReading } from "./readMarket.ts";

const BPS = 10_000n;
const TIPS = 2n;

/** Why a book was left alone, for a replay to say. */
export type Refusal =
  | "flagged"
  | "healthy"
  | "notFlagged"
  | "noLiquidation"
  | "nothingLeft"
  | "tooSmall"
  | "takerUnhealthy"
  | "takerFlagged"
  | "noTips";

/** Either what was done or why nothing was. */
export type Attempt<Result> =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly reason: Refusal };

/** Flags a book that is short of maintenance at two prices. Returns the seconds its clock starts with, and its shortage. */
export function flag(book: FastBook, reading: MarketReading): Attempt<{ elapsed: bigint; shortage: bigint }> {
  if (book.auction !== undefined) return refused("flagged");
  if (reading.allowed === "none") return refused("noLiquidation");
  if (!isFlaggable(book, book.market.terms, reading)) return refused("healthy");
  const start = clockStarted(book.clock, reading.bidTime);
  if (book.tips === TIPS) book.tips -= 1n;
  const lack = lackOf(book, reading);
  const shortage = lack === 0n ? 0n : book.market.pot.setShortage(book.expiry, 0n, lack);
  book.auction = { start, shortage, windowAt: 0, windowLeft: 0n };
  book.status = "flagged";
  book.clock = 0n;
  return done({ elapsed: clockElapsed(start, reading.bidTime), shortage });
}

/** Follows what a flagged book lacks. Returns the insurance that is kept for it now. */
export function remark(book: FastBook, reading: MarketReading): Attempt<{ shortage: bigint }> {
  const { auction } = book;
  if (auction === undefined) return refused("notFlagged");
  const lack = lackOf(book, reading);
  if (auction.shortage !== 0n || lack !== 0n) {
    auction.shortage = book.market.pot.setShortage(book.expiry, auction.shortage, lack);
  }
  return done({ shortage: auction.shortage });
}

/** Ends the liquidation of a book whose cash is its target again, or its maximum loss. */
export function unflag(book: FastBook, reading: MarketReading | undefined, rules: AuctionRules): Attempt<undefined> {
  const { auction } = book;
  if (auction === undefined) return refused("notFlagged");
  if (book.cash >= maximumLossUp(book.legs, book.market.terms)) {
    end(book, 0n);
    return done(undefined);
  }
  if (reading === undefined) return refused("noLiquidation");
  if (book.cash < appraise(book, reading, rules).target) return refused("healthy");
  end(book, clockStopped(auction.start, reading.bidTime));
  return done(undefined);
}

/** What a flagged book costs and pays now. */
export function appraise(book: FastBook, reading: MarketReading, rules: AuctionRules): AuctionTerms {
  const inputs = {
    cash: book.cash,
    price: reading.band.price,
    timeValue: reading.maintenance.timeValue,
    maintenance: reading.maintenanceScenario,
    calm: reading.calm,
    elapsed: clockElapsed(book.auction?.start ?? reading.bidTime, reading.bidTime),
    isPrimary: reading.isPrimary,
  };
  return auctionTerms(book.legs, book.market.terms, inputs, rules);
}

/** The largest share that one bid may take now; 1e18 is all. */
export function largestShareOf(book: FastBook, reading: MarketReading, terms: AuctionTerms): bigint {
  const share = terms.largestShare;
  if (isDust(book, reading, share)) return SHARE_ONE;
  if (reading.allowed === "full") return share;
  const left = windowLeftOf(book, reading.time);
  const slice = left <= SLICE_LEFT_BPS ? 0n : ((left - SLICE_LEFT_BPS) * SHARE_ONE) / left;
  return smaller(share, slice);
}

/** A bid for a share of a flagged book into a healthy one, as the Clearinghouse carries it out. */
export function bid(
  book: FastBook,
  into: FastBook,
  asked: bigint,
  reading: MarketReading,
  rules: AuctionRules,
): Attempt<BidResult> {
  const { auction } = book;
  if (auction === undefined) return refused("notFlagged");
  if (into.auction !== undefined) return refused("takerFlagged");
  if (reading.allowed === "none") return refused("noLiquidation");
  const terms = appraise(book, reading, rules);
  if (book.cash >= terms.target) return refused("healthy");
  const { terms: market } = book.market;
  const isBelowHalf = reading.allowed === "belowHalf";
  if (isBelowHalf && !isShort(book, market, reading.band, reading.maintenance, "belowHalf")) return refused("healthy");
  const most = largestShareOf(book, reading, terms);
  if (most === 0n) return refused("nothingLeft");
  let share = smaller(asked, most);
  if (share < smaller(LEAST_SHARE, most)) return refused("tooSmall");
  if (share < SHARE_ONE && most === SHARE_ONE && isDust(book, reading, share)) share = SHARE_ONE;

  const payment = smaller(terms.payment, book.cash);
  const plan = {
    share,
    paid: (payment * share) / SHARE_ONE,
    wanted: ((terms.payment - payment) * share) / SHARE_ONE,
    penalty: (terms.penalty * share) / SHARE_ONE,
  };
  const refusal = whyTakerCannot(book, into, plan, reading);
  if (refusal !== undefined) return refused(refusal);
  const restores = share >= terms.largestShare && terms.largestShare < SHARE_ONE;
  return done(carryOut(book, into, plan, reading, { terms, rules, restores }));
}

interface BidPlan {
  readonly share: bigint;
  readonly paid: bigint;
  readonly wanted: bigint;
  readonly penalty: bigint;
}

/** The taker must set tips aside and meet initial margin; what insurance would pay is counted as if it could. */
function whyTakerCannot(
  book: FastBook,
  into: FastBook,
  plan: BidPlan,
  reading: MarketReading,
): "noTips" | "takerUnhealthy" | undefined {
  const after = { ...into, legs: into.legs.map((leg) => ({ ...leg })), cash: into.cash + plan.paid + plan.wanted };
  for (const leg of takenOf(book.legs, plan.share)) changeLeg(after, leg);
  const tips = hasShorts(after) ? (TIPS - into.tips) * book.market.parameters.tip : 0n;
  if (after.cash < tips) return "noTips";
  const required = calculateRequirement(after.legs, book.market.terms, reading.initial).amount;
  return after.cash - tips < required ? "takerUnhealthy" : undefined;
}

function carryOut(
  book: FastBook,
  into: FastBook,
  plan: BidPlan,
  reading: MarketReading,
  { terms, rules, restores }: { terms: AuctionTerms; rules: AuctionRules; restores: boolean },
): BidResult {
  const { market, expiry } = book;
  const auction = book.auction!;
  const isPart = plan.share !== SHARE_ONE;
  const usedUp = reading.allowed !== "full" && isPart ? takeSlice(book, plan.share, reading) : 0n;
  for (const leg of takenOf(book.legs, plan.share)) {
    changeLeg(into, leg);
    changeLeg(book, { ...leg, size: -leg.size });
  }
  const toFlagger = plan.penalty / 2n;
  const toInsurance = plan.penalty - toFlagger;
  let drawn = 0n;
  if (plan.wanted !== 0n) {
    market.pot.setAside(expiry, true);
    drawn = market.pot.draw(expiry, plan.wanted, reading.time);
  }
  book.cash -= plan.paid + plan.penalty;
  into.cash += plan.paid + drawn;
  market.pot.insurance += toInsurance;
  setTips(into);
  if (isPart) {
    const elapsed = clockElapsed(auction.start, reading.bidTime);
    auction.start += elapsed - elapsedDown(book.cash, terms, plan.share, elapsed, rules) + usedUp;
  }
  let isOver = true;
  if (!hasShorts(book)) end(book, 0n);
  else if (restores) end(book, clockStopped(auction.start, reading.bidTime));
  else isOver = false;
  return { share: plan.share, paid: plan.paid, drawn, toInsurance, toFlagger, isOver };
}

/** Two tips are set aside by whoever takes shorts over; without shorts they go back. */
export function setTips(book: FastBook): void {
  const { tip } = book.market.parameters;
  const needed = hasShorts(book) ? TIPS : 0n;
  book.cash -= (needed - book.tips) * tip;
  book.tips = needed;
}

/** The legs of a share: shorts round up, longs down. */
function takenOf(legs: readonly Leg[], share: bigint): Leg[] {
  return legs
    .map((leg) => ({
      ...leg,
      size: leg.size < 0n ? -ceilDiv(-leg.size * share, SHARE_ONE) : (leg.size * share) / SHARE_ONE,
    }))
    .filter(({ size }) => size !== 0n);
}

/** Returns the seconds of the window that the share uses up. */
function takeSlice(book: FastBook, share: bigint, { time, allowed }: MarketReading): bigint {
  const auction = book.auction!;
  const left = windowLeftOf(book, time);
  if (left === BPS) auction.windowAt = time;
  auction.windowLeft = (left * (SHARE_ONE - share)) / SHARE_ONE;
  return allowed === "slices" ? windowTaken(left, auction.windowLeft) : 0n;
}

function windowLeftOf({ auction }: FastBook, time: number): bigint {
  if (auction === undefined || time >= auction.windowAt + Number(SLICE_SECONDS)) return BPS;
  return auction.windowLeft;
}

/** What stays behind a share is worth no auction. */
function isDust(book: FastBook, reading: MarketReading, share: bigint): boolean {
  if (share === SHARE_ONE) return false;
  const initial = costUp(book.legs, book.market.terms, reading.calm);
  return (initial * (SHARE_ONE - share)) / SHARE_ONE < book.market.parameters.dust;
}

function end(book: FastBook, memory: bigint): void {
  const held = book.auction?.shortage ?? 0n;
  if (held !== 0n) book.market.pot.setShortage(book.expiry, held, 0n);
  book.auction = undefined;
  book.status = "healthy";
  book.clock = memory;
  if (hasShorts(book)) return;
  book.cash += book.tips * book.market.parameters.tip;
  book.tips = 0n;
}

/** What the cash of a book lacks of M, 0 for most. */
function lackOf(book: FastBook, reading: MarketReading): bigint {
  const { timeValue } = reading.maintenance;
  const { full } = calculateMarks(book.legs, book.market.terms, reading.band.price, timeValue);
  return full > book.cash ? full - book.cash : 0n;
}

function done<Result>(result: Result): Attempt<Result> {
  return { ok: true, result };
}

function refused(reason: Refusal): { readonly ok: false; readonly reason: Refusal } {
  return { ok: false, reason };
}
