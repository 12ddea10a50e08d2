// SPDX-License-Identifier: MIT
import { clockElapsed } from "../../../model/clearing/auctionClock.ts";
import { potKey } from "../../../model/clearing/clearingLedger.ts";
import { isFlaggable, isShort } from "../../../model/clearing/isShort.ts";
import { calculateRequirement } from "../../../model/clearing/margin.ts";
import { RUNGS } from "../../../model/clearing/settlementLadder.ts";
import { packAverages, packLatest } from "../../../model/oracle/feedWords.ts";
import { LEVELS, PHASES } from "../../../model/risk/types.ts";
import type { FastBook } from "../protocol/fastTypes.ts";
import { appraise, largestShareOf } from "../protocol/liquidateBook.ts";
import type { MarketReading } from "../protocol/readMarket.ts";
import type { Check } from "./Check.ts";
import type { Observation, SeenAuction, SeenBook, SeenFeed } from "./recording.ts";
import type { ReplayedClearing } from "./ReplayedClearing.ts";
import type { ReplayedOracle } from "./ReplayedOracle.ts";

/** Compares what a block's views said with what the fast tier says at the same time. */
export function compareBlock(
  seen: Observation,
  time: number,
  oracle: ReplayedOracle,
  clearing: ReplayedClearing,
  check: Check,
): void {
  for (const feed of seen.feeds) compareFeed(feed, time, oracle, check);
  for (const book of seen.books) compareBook(book, time, clearing, check);
  for (const pot of seen.pots) {
    const own = clearing.pots.get(potKey(pot.market, pot.expiry));
    const label = `expiry ${pot.expiry} of market ${pot.market}`;
    check(`${label} price`, pot.price, own?.price);
    check(`${label} rung`, RUNGS[Number(pot.rung)], own?.rung);
    check(`${label} claims`, pot.claims, own?.claims);
    check(`${label} collected`, pot.collected, own?.collected);
  }
}

function compareFeed(
  { slot, latest, averages, mode, phase, bidTime }: SeenFeed,
  time: number,
  oracle: ReplayedOracle,
  check: Check,
): void {
  const model = oracle.feeds[slot]!;
  const { feed } = model;
  const word = packLatest(feed.latest);
  const field = (of: bigint, at: bigint, bits: bigint): bigint => (of >> at) & ((1n << bits) - 1n);
  // By name first: what a reader looks for. The whole words then leave nothing out.
  for (const [name, at, bits] of [
    ["price", 0n, 64n],
    ["round", 64n, 32n],
    ["dispersion", 96n, 14n],
    ["level", 110n, 3n],
    ["uptime", 123n, 32n],
  ] as const) {
    check(`feed ${slot} ${name}`, field(latest, at, bits).toString(), field(word, at, bits).toString());
  }
  check(`feed ${slot} latest word`, latest.toString(16), word.toString(16));
  check(`feed ${slot} averages`, averages.toString(16), packAverages(feed.averages).toString(16));
  const stance = model.stanceAt(time);
  check(`feed ${slot} mode`, LEVELS[mode], stance.mode);
  check(`feed ${slot} phase`, PHASES[phase], stance.phase);
  check(`feed ${slot} bid time`, bidTime, model.bidTimeAt(time));
}

function compareBook(seen: SeenBook, time: number, clearing: ReplayedClearing, check: Check): void {
  const book = clearing.bookOf(seen.id);
  const { terms } = book.market;
  const label = `book ${seen.id}`;
  check(`${label} cash`, seen.cash, book.cash);
  const reading = clearing.read(book, time);
  check(`${label} has a price`, true, reading !== undefined);
  if (reading === undefined) return;
  const initial = calculateRequirement(book.legs, terms, reading.initial);
  check(`${label} initial margin`, seen.initial, initial.amount);
  check(`${label} maximum loss`, seen.maximumLoss, initial.maximumLoss);
  const maintenance = calculateRequirement(book.legs, terms, reading.maintenanceScenario);
  check(`${label} maintenance margin`, seen.maintenance, maintenance.amount);
  check(`${label} flagged`, seen.auction !== undefined, book.auction !== undefined);
  if (seen.auction !== undefined && book.auction !== undefined) {
    compareAuction(label, { ...seen.auction, isLiquidatable: seen.isLiquidatable }, book, reading, clearing, check);
  } else {
    check(`${label} is liquidatable`, seen.isLiquidatable, isFlaggable(book, terms, reading));
  }
}

function compareAuction(
  label: string,
  { isLiquidatable, ...seen }: SeenAuction & Pick<SeenBook, "isLiquidatable">,
  book: FastBook,
  reading: MarketReading,
  { parameters }: ReplayedClearing,
  check: Check,
): void {
  const own = appraise(book, reading, parameters.auction);
  check(`${label} seconds on its clock`, seen.elapsed, clockElapsed(book.auction!.start, reading.bidTime));
  check(`${label} M`, seen.full, own.full);
  check(`${label} M₀`, seen.half, own.half);
  check(`${label} target`, seen.target, own.target);
  check(`${label} penalty`, seen.penalty, own.penalty);
  check(`${label} auction price`, seen.payment, own.payment);
  const isBelowHalf = reading.allowed === "belowHalf";
  const isBidable =
    reading.allowed !== "none" &&
    book.cash < own.target &&
    (!isBelowHalf || isShort(book, book.market.terms, reading.band, reading.maintenance, "belowHalf"));
  check(`${label} is liquidatable`, isLiquidatable, isBidable);
  if (isBidable) check(`${label} largest share`, seen.largestShare, largestShareOf(book, reading, own));
}
