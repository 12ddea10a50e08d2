// SPDX-License-Identifier: MIT
import { isShort } from "../../../model/clearing/isShort.ts";
import { maximumLossUp, shortsOf, timeValueUp } from "../../../model/clearing/margin.ts";
import type { Stance } from "../../../model/risk/types.ts";
import { bookForSale } from "../../record/bookForSale.ts";
import { paysForGas } from "../../record/paysForGas.ts";
import type { BookForSale, GasPrice } from "../../record/paysForGas.ts";
import { LookBudget } from "../feed/LookBudget.ts";
import type { FeedSources } from "../feed/FeedSources.ts";
import type { FastBook } from "../protocol/fastTypes.ts";
import { stanceOf } from "../protocol/readMarket.ts";
import type { MarketReading } from "../protocol/readMarket.ts";
import type { FastWorld } from "./FastWorld.ts";
import { insuranceOf } from "./FastWorld.ts";
import { keepPublished } from "./keepPublished.ts";
import { gasOf } from "./Liquidators.ts";
import type { PlannedAct } from "./Liquidators.ts";
import { noteSale } from "./noteSale.ts";
import { settleShelves } from "./settleShelves.ts";
import type { Shelf } from "./Shelf.ts";

const ROUND_SECONDS = 15;
/** A round is complete this long after its first second: reports travel, and relayers wait for the last. */
const COMPLETE_SECONDS = 4;
const OLDEST_ROUND_SECONDS = 600;
/** Every book is marked at the true price this often. */
export const STEP_SECONDS = 60;
const BLOCK_GAS = 30_000_000;
/** A mark looks at this volatility. */
const MARK_VOLATILITY_BPS = 10_000n;
const SLOW_BLOCKS = 10;
/** Before an expiry a book's price is an average. */
const AVERAGING_SECONDS = 1_800;
/** Of age, after which nobody is liquidated on a price. */
const OLD_HEARTBEATS = 2;
const PRICE = 1e8;
const SIZE_ONE = 1e6;

/** A run in progress. */
interface Play {
  readonly world: FastWorld;
  /** Newest round that was looked at. */
  round: number;
  /** Newest round that relayers took up, and those that are late. */
  sent: number;
  onTheWay: { readonly round: number; readonly arrivesAt: number }[];
  readonly looks: LookBudget;
  readonly queue: PlannedAct[];
  readonly planned: Set<FastBook>;
  /** When books that await their first bid were flagged, seconds. */
  readonly flaggedAt: Map<FastBook, number>;
  readonly stances: Map<Shelf, Stance>;
  readonly witnesses: Map<Shelf, readonly bigint[]>;
  drawnInBids: number;
  insuranceLow: number;
  insuranceEnd: number;
  nextStep: number;
}

/** What of a run the world itself does not hold; USD. */
export interface PlayResult {
  readonly drawnInBids: number;
  readonly insuranceLow: number;
  readonly insuranceEnd: number;
}

/** Plays a scenario block by block to its end. */
export function playFast(world: FastWorld): PlayResult {
  const { scenario, faults, observer } = world;
  const { blockSeconds, startAt } = scenario.chain;
  const play: Play = {
    world,
    round: Math.floor(startAt / ROUND_SECONDS),
    sent: Math.floor(startAt / ROUND_SECONDS),
    onTheWay: [],
    looks: new LookBudget(),
    queue: [],
    planned: new Set(),
    flaggedAt: new Map(),
    stances: new Map(),
    witnesses: new Map(),
    drawnInBids: 0,
    insuranceLow: world.insuranceAtStart,
    insuranceEnd: world.insuranceAtStart,
    nextStep: 0,
  };
  for (let seconds = 0; seconds <= scenario.durationSeconds; seconds += blockSeconds) {
    if (!faults.isHalted(seconds)) {
      observer.blocks += 1;
      playBlock(play, seconds);
      observer.seeModes(world.feeds, { seconds, unix: startAt + seconds }, faults.isAnyInForce(seconds));
    }
    for (; play.nextStep <= seconds; play.nextStep += STEP_SECONDS) markAll(play, play.nextStep);
  }
  noteInsurance(play, scenario.durationSeconds);
  return { drawnInBids: play.drawnInBids, insuranceLow: play.insuranceLow, insuranceEnd: play.insuranceEnd };
}

function playBlock(play: Play, seconds: number): void {
  const { world } = play;
  const now = world.scenario.chain.startAt + seconds;
  const isFull = world.faults.isFull(seconds);
  const isNews = relayNewest(play, seconds, isFull);
  keepFeeds(play, seconds, isFull);
  const isDone = !isFull && carryOutQueue(play, seconds);
  for (const shelf of world.shelves) {
    if (now >= shelf.expiry) continue;
    if (isNews || isDone || shelf.isSelling || hasOtherPermission(play, shelf, now)) planShelf(play, shelf, seconds);
  }
  if (!isFull && settleShelves(world, now, play.witnesses)) noteInsurance(play, seconds);
  world.observer.backlogPeak = Math.max(world.observer.backlogPeak, play.queue.length);
}

/** Relays the newest round that is complete and has come through, if it is due. Returns whether some feed changed. */
function relayNewest(play: Play, seconds: number, isFull: boolean): boolean {
  const { scenario, feeds, set, observer } = play.world;
  const { startAt } = scenario.chain;
  const now = startAt + seconds;
  const round = arrivedRound(play, seconds);
  if (round === undefined || isFull) return false;
  play.round = round;
  const at = round * ROUND_SECONDS - startAt;
  if (at < 0 || now - round * ROUND_SECONDS > OLDEST_ROUND_SECONDS) return false;
  for (const feed of feeds) feed.observe(at, set);
  if (!feeds.some((feed) => feed.isDue(round))) return false;

  const outcomes = feeds.map((feed) => feed.relay(round, now, set));
  keepPublished(play.world, round, outcomes);
  const changed = outcomes.filter((result) => result !== undefined && result.outcome !== "kept");
  if (changed.length === 0) return false;
  observer.rounds += 1;
  observer.quarantined += changed.filter((result) => result?.outcome === "quarantined").length;
  observer.divergent += feeds.filter(
    ({ model }) => model.feed.latest.round === round && model.feed.latest.divergent,
  ).length;
  const bands = feeds.map((feed) => feed.inBand());
  set.accept({
    round,
    blockTime: now,
    signed: feeds[0]!.reports.map((_, seat) => feeds.some(({ reports }) => reports[seat] !== 0)),
    inBand: feeds[0]!.reports.map((_, seat) =>
      bands.every((band, feed) => band[seat] === true || feeds[feed]!.reports[seat] === 0),
    ),
    isQuorum: feeds.some((feed) => feed.hasQuorum(set)),
  });
  return true;
}

/** The newest round that has come through and is newer than what was relayed. */
function arrivedRound(play: Play, seconds: number): number | undefined {
  const { scenario, faults } = play.world;
  const { startAt } = scenario.chain;
  const complete = Math.floor((startAt + seconds - COMPLETE_SECONDS) / ROUND_SECONDS);
  if (!faults.delaysRelays) return complete > play.round ? complete : undefined;
  for (; play.sent < complete; play.sent += 1) {
    const round = play.sent + 1;
    const at = round * ROUND_SECONDS + COMPLETE_SECONDS - startAt;
    const delay = faults.relayDelay(round, at);
    if (delay !== undefined) play.onTheWay.push({ round, arrivesAt: at + delay });
  }
  const arrived = play.onTheWay.filter(({ arrivesAt }) => arrivesAt <= seconds).map(({ round }) => round);
  const newest = Math.max(...arrived, -1);
  if (arrived.length > 0)
    play.onTheWay = play.onTheWay.filter(({ round, arrivesAt }) => arrivesAt > seconds && round > newest);
  return newest > play.round ? newest : undefined;
}

/** Keepers look at witnesses and poke; what witnesses said at an expiry is kept for the ladder. */
function keepFeeds(play: Play, seconds: number, isFull: boolean): void {
  const { scenario, feeds, set, faults, shelves, observer } = play.world;
  const now = scenario.chain.startAt + seconds;
  const { works, isSlow } = faults.keepersAt(seconds);
  const isTurn = works && !isFull && (!isSlow || observer.blocks % SLOW_BLOCKS === 0);
  for (const feed of feeds) {
    const answer = feed.sources.witnessAt(seconds, feed.model.feed.latest.price);
    if (isTurn) feed.keep(now, answer, set, play.looks);
    for (const shelf of shelves) {
      const isFirst = shelf.market.feed === feed.model && now >= shelf.expiry && !play.witnesses.has(shelf);
      if (isFirst) play.witnesses.set(shelf, answer === undefined ? [] : [BigInt(answer.price)]);
    }
  }
}

/** Acts of the block before, as far as a block has room for them. */
function carryOutQueue(play: Play, seconds: number): boolean {
  const { world, queue } = play;
  const now = world.scenario.chain.startAt + seconds;
  const gas = gasAt(play, seconds);
  let room = BLOCK_GAS;
  let isAny = false;
  const readings = new Map<Shelf, MarketReading | undefined>();
  for (let planned = queue[0]; planned !== undefined && gasOf(planned) <= room; planned = queue[0]) {
    queue.shift();
    room -= gasOf(planned);
    play.planned.delete(planned.book);
    if (now >= planned.shelf.expiry) continue;
    if (!readings.has(planned.shelf)) readings.set(planned.shelf, planned.shelf.read(now));
    const reading = readings.get(planned.shelf);
    if (reading === undefined) continue;
    isAny = true;
    carryOut(play, planned, reading, gas, seconds);
  }
  return isAny;
}

function carryOut(play: Play, planned: PlannedAct, reading: MarketReading, gas: GasPrice, seconds: number): void {
  const { liquidators, observer } = play.world;
  const { book, shelf, act } = planned;
  const wasFlagged = book.auction !== undefined;
  const before = book.legs.map((leg) => ({ ...leg }));
  const shorts = shortsOf(before);
  const done = liquidators.carryOut(planned, reading, gas);
  if (act === "flag" && !wasFlagged && book.auction !== undefined) {
    play.flaggedAt.set(book, seconds);
    observer.sales.begin(book);
    if (isWronged(play, book, shelf, reading, seconds)) observer.wrongful += 1;
  }
  if (act === "unflag" && book.auction === undefined) play.flaggedAt.delete(book);
  if (done === undefined || !done.ok) return;
  const truth = sourceOf(play, shelf).truthAt(seconds);
  noteBid(play, shelf, book, seconds);
  noteSale(observer.sales, { book, before, done: done.result, reading, truth });
  observer.liquidatedNotional += (Number(shorts - shortsOf(book.legs)) / SIZE_ONE) * (truth / PRICE);
  play.drawnInBids += Number(done.result.drawn) * shelf.dollarsPerUnit(truth);
  noteInsurance(play, seconds);
}

/** The first bid since a book was flagged is its liquidation; counted from when it fell below maintenance. */
function noteBid(play: Play, shelf: Shelf, book: FastBook, seconds: number): void {
  const { observer, scenario } = play.world;
  const flaggedAt = play.flaggedAt.get(book);
  if (flaggedAt === undefined) return;
  play.flaggedAt.delete(book);
  observer.liquidated += 1;
  const since = Math.min(observer.shortSince(shelf, book) ?? flaggedAt, flaggedAt);
  observer.latencyBlocks.push(Math.round((seconds - since) / scenario.chain.blockSeconds));
}

/**
 * A book that met maintenance at the true price, and at both ends of the oracle's band around it, when the rounds it was flagged on were
 * seen and ever since, was wronged. In the last half hour its price is an average, which no true price stands beside.
 */
function isWronged(play: Play, book: FastBook, shelf: Shelf, reading: MarketReading, seconds: number): boolean {
  const { feed } = shelf.market;
  if (shelf.expiry - reading.time <= AVERAGING_SECONDS) return false;
  const span = feed.ageAt(reading.time) + feed.rules.heartbeat;
  return [0, 0.5, 1, 1.5, 2].every((part) => {
    const truth = BigInt(sourceOf(play, shelf).truthAt(Math.max(seconds - part * span, 0)));
    const { price, low, high } = shelf.bandAround(truth, reading.time);
    return [price, low, high].every(
      (at) =>
        !isShort(book, shelf.market.terms, { price: at, low: at, high: at }, reading.maintenance, "full") ||
        book.cash >= maximumLossUp(book.legs, shelf.market.terms),
    );
  });
}

/** Plans what is to be done about a shelf's books in the next block. */
function planShelf(play: Play, shelf: Shelf, seconds: number): void {
  const { liquidators, scenario, faults } = play.world;
  const now = scenario.chain.startAt + seconds;
  let reading: MarketReading | undefined;
  const read = (): MarketReading | undefined => (reading ??= shelf.read(now));
  const flaggable = shelf
    .findFlaggable(now, read, scenario.chain.blockSeconds)
    .filter((book) => !play.planned.has(book));
  if (flaggable.length === 0 && !shelf.isSelling) return;
  const current = read();
  if (current === undefined) return;
  for (const act of liquidators.plan(shelf, current, flaggable, gasAt(play, seconds), (name) =>
    faults.isLiquidatorUp(name, seconds),
  )) {
    if (play.planned.has(act.book)) continue;
    play.planned.add(act.book);
    play.queue.push(act);
  }
}

/** Modes let others be liquidated than at the last look. */
function hasOtherPermission(play: Play, shelf: Shelf, now: number): boolean {
  const stance = stanceOf(shelf.market, now);
  const before = play.stances.get(shelf);
  if (before === stance) return false;
  play.stances.set(shelf, stance);
  return before !== undefined && (before.mode !== stance.mode || before.phase !== stance.phase);
}

/** The full revaluation of every step: all books at the true price, and what the price is off. */
function markAll(play: Play, seconds: number): void {
  const { scenario, feeds, shelves, observer } = play.world;
  const unix = scenario.chain.startAt + seconds;
  let interest = 0;
  for (const feed of feeds) observer.seePrice(feed, feed.sources.truthAt(seconds), { seconds, unix });
  for (const shelf of shelves) {
    if (unix >= shelf.expiry) continue;
    const { feed } = shelf.market;
    const isPriceOld = feed.ageAt(unix) > OLD_HEARTBEATS * feed.rules.heartbeat;
    const truth = sourceOf(play, shelf).truthAt(seconds);
    const short = shelf.markAtTruth(BigInt(truth), unix);
    const stance = { ...stanceOf(shelf.market, unix), isPriceOld };
    const gas = gasAt(play, seconds);
    observer.seeShort(shelf, short, { seconds, step: STEP_SECONDS }, stance, (book) =>
      paysForGas(forSale(play, shelf, book, stance, unix), gas),
    );
    interest += shelf.shorts * (truth / PRICE);
  }
  observer.largestInterest = Math.max(observer.largestInterest, interest);
}

/** A book as a bidder weighs it. */
function forSale(play: Play, shelf: Shelf, book: FastBook, stance: Stance, unix: number): BookForSale {
  const { price } = shelf.market.feed.feed.latest;
  const { terms, parameters } = shelf.market;
  const maintenance = {
    shockBps: parameters.maintenanceShockBps,
    floorBps: parameters.maintenanceFloorBps,
    timeValue: timeValueUp(MARK_VOLATILITY_BPS, BigInt(shelf.expiry - unix)),
  };
  const perUnit = shelf.dollarsPerUnit(price);
  const inDollars = (amount: bigint): number => Number(amount) * perUnit;
  const { blockSeconds } = play.world.scenario.chain;
  return bookForSale(book, { terms, price: BigInt(price), maintenance, stance, blockSeconds, inDollars });
}

function gasAt({ world }: Play, seconds: number): GasPrice {
  const ether = world.feeds.find(({ id }) => id.startsWith("ETH-")) ?? world.feeds[0]!;
  return { gwei: world.faults.gasAt(seconds), dollarsPerEther: ether.model.feed.latest.price / PRICE };
}

/** Insurance at the true price. */
function noteInsurance(play: Play, seconds: number): void {
  const { markets, shelves } = play.world;
  const now = insuranceOf(markets, shelves, (shelf) => sourceOf(play, shelf).truthAt(seconds));
  play.insuranceLow = Math.min(play.insuranceLow, now);
  play.insuranceEnd = now;
}

function sourceOf({ world }: Play, shelf: Shelf): FeedSources {
  return world.feeds.find(({ model }) => model === shelf.market.feed)!.sources;
}
