// SPDX-License-Identifier: MIT
import { numerators, smaller, toUnitsUp } from "../../../model/clearing/payoff.ts";
import { decideSettlement } from "../../../model/clearing/settlementLadder.ts";
import type { Settlement, SettlementFacts } from "../../../model/clearing/settlementLadder.ts";
import type { Mark } from "../../../model/oracle/stepTypes.ts";
import type { FeedModel } from "../../../model/risk/FeedModel.ts";
import type { BookSettlement, FastBook, FastMarket, FastPot } from "./fastTypes.ts";

const ROUND_SECONDS = 15;
const WINDOW = 1_800n;
/** After this no round from before a boundary is accepted any more. */
const CLOSED_SECONDS = 630;
const LATEST_FIRST = 3n * 86_400n - WINDOW;

/** What the oracle recorded of an expiry, as `SettlementFacts.sol` gathers it with the right pointer. Unix seconds. */
export function gatherFacts(
  feed: FeedModel,
  marks: readonly Mark[],
  expiry: number,
  time: number,
  witnesses: readonly bigint[] = [],
): SettlementFacts {
  const facts = {
    expiry: BigInt(expiry),
    blockTime: BigInt(time),
    isKnown: false,
    mean: 0n,
    coverage: 0n,
    isDirty: false,
    lastPrice: 0n,
    lastAt: 0n,
    firstPrice: 0n,
    firstAt: 0n,
    signedPrice: 0n,
    signedAt: 0n,
    witnesses,
  };
  const mark = marks.find(({ boundary }) => boundary === expiry);
  if (mark !== undefined) {
    Object.assign(facts, windowOf(mark), lastOf(mark));
    if (5n * facts.coverage >= WINDOW) return { ...facts, isKnown: true };
  }
  const { price, round } = feed.feed.latest;
  const updatedAt = round * ROUND_SECONDS;
  if (updatedAt < expiry) {
    const last = mark === undefined ? { lastPrice: BigInt(price), lastAt: BigInt(updatedAt) } : {};
    return { ...facts, ...last, isKnown: price > 0 && time > expiry + CLOSED_SECONDS };
  }
  return { ...facts, ...firstAfter(marks, expiry, mark) };
}

/** The price an expiry settles at now, or rung "none". */
export function priceExpiry(...given: Parameters<typeof gatherFacts>): Settlement {
  return decideSettlement(gatherFacts(...given));
}

/** Prices an expiry: insurance is set aside for it, claims are what its shorts owe. */
export function openPot(
  market: FastMarket,
  expiry: number,
  books: readonly FastBook[],
  settlement: Settlement,
): FastPot {
  const indebted = books.filter(({ legs }) => legs.some(({ size }) => size < 0n));
  market.pot.setAside(expiry, indebted.length > 0);
  const claims = indebted.reduce((sum, { legs }) => sum + numerators(legs, market.terms, settlement.price).owed, 0n);
  if (claims === 0n) market.pot.release(expiry);
  const unresolved = indebted.filter(({ legs }) => numerators(legs, market.terms, settlement.price).owed > 0n).length;
  return { price: settlement.price, rung: settlement.rung, claims, collected: 0n, unresolved };
}

/** Settles one book: longs are netted at par, cash pays what is left, then insurance. One tip is the caller's, unless he owns it. */
export function settleBook(book: FastBook, pot: FastPot, time: number, byOwner = false): BookSettlement {
  const { market, expiry } = book;
  const { owed, due } = numerators(book.legs, market.terms, pot.price);
  pot.claims -= smaller(owed, due);
  const debt = owed > due ? toUnitsUp(owed - due, market.terms, pot.price) : 0n;
  if (book.tips !== 0n) book.cash += (book.tips - (byOwner ? 0n : 1n)) * market.parameters.tip;
  const paid = smaller(book.cash, debt);
  let missing = debt - paid;
  const drawn = missing === 0n ? 0n : market.pot.draw(expiry, missing, time);
  missing -= drawn;
  if (missing !== 0n) market.pot.raiseUnbacked(time);
  pot.collected += paid + drawn;
  if (owed > 0n && --pot.unresolved === 0) market.pot.release(expiry);
  Object.assign(book, { cash: book.cash - paid, tips: 0n, status: "settled", legs: [], auction: undefined });
  return { debt, paid, drawn, missing, par: due > owed ? due - owed : 0n };
}

/** Share of claims that is paid, 1 where nothing is claimed: collected over claims, never more than all. */
export function payoutIndex(pot: FastPot, market: FastMarket): number {
  if (pot.claims === 0n) return 1;
  const full = toUnitsUp(pot.claims, market.terms, pot.price);
  return pot.collected >= full ? 1 : Number(pot.collected) / Number(full);
}

function windowOf(mark: Mark): Pick<SettlementFacts, "mean" | "coverage" | "isDirty"> {
  const divergent = mark.divergentRounds * ROUND_SECONDS;
  return {
    coverage: BigInt(mark.coverage),
    mean: mark.coverage === 0 ? 0n : mark.sum / BigInt(mark.coverage),
    isDirty: mark.dirtyQuarantine || mark.dirtyHalted || divergent * 5 > mark.coverage,
  };
}

function lastOf(mark: Mark): Pick<SettlementFacts, "lastPrice" | "lastAt"> {
  return { lastPrice: BigInt(mark.price), lastAt: BigInt(mark.round * ROUND_SECONDS) };
}

/** The first covered half hour after the expiry, and the last price before it where the expiry has no mark of its own. */
function firstAfter(marks: readonly Mark[], expiry: number, own: Mark | undefined): Partial<SettlementFacts> {
  const first = marks.find(({ boundary, coverage }) => boundary > expiry && coverage !== 0);
  const isLate = first === undefined || BigInt(first.boundary - expiry) > LATEST_FIRST;
  if (first === undefined && !marks.some(({ boundary }) => BigInt(boundary - expiry) > LATEST_FIRST)) return {};
  const found =
    first === undefined || isLate
      ? {}
      : { firstPrice: first.sum / BigInt(first.coverage), firstAt: BigInt(first.boundary) };
  const before = own ?? marks.findLast(({ boundary }) => boundary < expiry);
  const last = own === undefined && before !== undefined ? lastOf(before) : {};
  const isDirty =
    (own !== undefined && windowOf(own).isDirty) || first?.dirtyHalted === true || isDirtyMark(before, own);
  return { ...found, ...last, isDirty, isKnown: true };
}

function isDirtyMark(before: Mark | undefined, own: Mark | undefined): boolean {
  return own === undefined && before !== undefined && (before.dirtyQuarantine || before.dirtyHalted);
}
