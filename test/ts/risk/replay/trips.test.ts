// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../../scripts/chain/SeededRandom.ts";
import { DESIGN_MARKET, JumpPath, STEP_SECONDS } from "../../../../scripts/model/market/jumpPath.ts";
import type { JumpMarket } from "../../../../scripts/model/market/jumpPath.ts";
import { USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import type { WitnessPace } from "../../../../scripts/model/market/slowWitness.ts";
import { CAUSE } from "../../../../scripts/model/oracle/signal.ts";
import { ROLLUP_PACE } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { ModeChange, ReplayPace } from "../../../../scripts/model/risk/FeedReplay.ts";
import { EXACT_WITNESS, isAtLeast, printTable, START_ROUND, startReplay } from "./replayTools.ts";

const STEPS_PER_YEAR = (365 * 86_400) / STEP_SECONDS;
const STEPS_PER_MONTH = (30 * 86_400) / STEP_SECONDS;
/** `npm run test:deep` sees ten years of eight seeds in every row; `npm test` ten years of one seed in the first. */
const IS_DEEP = process.env["BALLAST_DEEP"] === "1";
const SEEDS = IS_DEEP ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];
const DECADE = 10;
const YEARS = IS_DEEP ? DECADE : 3;
/** One trip in three years is more than three in ten. */
const MOST_HIGHER = IS_DEEP ? 3 : 3.4;
const SPREAD: JumpMarket = { ...DESIGN_MARKET, jumpSteps: 12 };
const EVERY_ROUND: ReplayPace = { ...ROLLUP_PACE, deviationBps: 0 };
const MAINNET_PACE: ReplayPace = { ...ROLLUP_PACE, heartbeat: 300 };

/** From Normal until Normal again: one trip, as high as it went. */
interface Trip {
  readonly cause: number;
  readonly isHigher: boolean;
}

function tripsOf(changes: readonly ModeChange[]): Trip[] {
  const trips: { cause: number; isHigher: boolean }[] = [];
  for (const { from, to, cause } of changes) {
    if (from === "normal") trips.push({ cause, isHigher: false });
    const trip = trips.at(-1)!;
    if (!trip.isHigher && isAtLeast(to, "recovery")) Object.assign(trip, { cause, isHigher: true });
  }
  return trips;
}

/** What is replayed: a market, how it is relayed, and how its witness follows. */
interface Replayed {
  readonly market: JumpMarket;
  readonly pace?: ReplayPace;
  readonly witness?: WitnessPace;
}

function replayTrips(
  { market, pace = ROLLUP_PACE, witness = USUAL_WITNESS }: Replayed,
  seed: number,
  steps: number,
): Trip[] {
  const path = new JumpPath(market, new SeededRandom(seed));
  const replay = startReplay(market.startPrice, witness, pace);
  for (let step = 1; step <= steps; step += 1) replay.step(START_ROUND + step, path.next());
  return tripsOf(replay.changes);
}

describe("Trips of the design's market: 80 % volatility and 80 jumps of 2.5 % a year", () => {
  const rows: string[][] = [];
  after(() => {
    const headings = ["jumps", "relayed", "witness", "years", "trips a year", "higher in ten", "by jump", "by witness"];
    printTable(`trips, ${SEEDS.length} seeds`, headings, rows);
  });

  /** Mean trips a year, and higher trips in ten years, over the seeds. */
  function measure(
    label: readonly [jumps: string, relayed: string, witness: string],
    replayed: Replayed,
    years = YEARS,
  ) {
    const trips = SEEDS.flatMap((seed) => replayTrips(replayed, seed, years * STEPS_PER_YEAR));
    const perYear = (count: number): number => count / years / SEEDS.length;
    const higher = trips.filter((trip) => trip.isHigher);
    const by = (cause: number): number => higher.filter((trip) => (trip.cause & cause) !== 0).length;
    const counts = [higher.length, by(CAUSE.jump), by(CAUSE.witness)].map((count) =>
      (perYear(count) * DECADE).toFixed(1),
    );
    rows.push([...label, `${years}`, perYear(trips.length).toFixed(1), ...counts]);
    return { perYear: perYear(trips.length), higherInTen: perYear(higher.length) * DECADE };
  }

  it("trips 2 to 6 times a year when jumps come at once, at most 3 times in ten years above Cautious", () => {
    const label = ["at once", "25 bps or 60 s", "30 s late"] as const;
    const { perYear, higherInTen } = measure(label, { market: DESIGN_MARKET }, DECADE);
    expect(perYear, "a year").to.be.within(2, 6);
    expect(higherInTen, "higher").to.be.at.most(3);
  }).timeout(1_200_000);

  it("trips less when jumps take three minutes", () => {
    const { perYear, higherInTen } = measure(["3 min", "25 bps or 60 s", "30 s late"], { market: SPREAD });
    expect(perYear, "a year").to.be.within(0.3, 3);
    expect(higherInTen, "higher").to.be.at.most(MOST_HIGHER);
  }).timeout(1_200_000);

  it("trips no more at a heartbeat of five minutes (review 27, 31)", () => {
    const label = ["at once", "25 bps or 300 s", "30 s late"] as const;
    const { perYear, higherInTen } = measure(label, { market: DESIGN_MARKET, pace: MAINNET_PACE });
    expect(perYear, "a year").to.be.within(2, 6);
    expect(higherInTen, "higher").to.be.at.most(MOST_HIGHER);
  }).timeout(1_200_000);

  it("trips as often when every round is relayed", () => {
    const replayed = { market: DESIGN_MARKET, pace: EVERY_ROUND, witness: EXACT_WITNESS };
    const { perYear, higherInTen } = measure(["at once", "every round", "in time"], replayed);
    expect(perYear, "a year").to.be.within(2, 6);
    expect(higherInTen, "higher").to.be.at.most(MOST_HIGHER);
  }).timeout(1_200_000);

  it("trips no more by a witness that is 30 s late when every round is relayed (D-101)", () => {
    const replayed = { market: DESIGN_MARKET, pace: EVERY_ROUND };
    const { perYear, higherInTen } = measure(["at once", "every round", "30 s late"], replayed);
    expect(perYear, "a year").to.be.within(2, 6);
    expect(higherInTen, "higher").to.be.at.most(MOST_HIGHER);
  }).timeout(1_200_000);

  it("trips no more by an instant witness that is asked before each round of ours lands (D-101)", () => {
    const label = ["at once", "25 bps or 60 s", "ahead of us"] as const;
    const replayed = { market: DESIGN_MARKET, pace: { ...ROLLUP_PACE, asksFirst: true }, witness: EXACT_WITNESS };
    const { perYear, higherInTen } = measure(label, replayed);
    expect(perYear, "a year").to.be.within(2, 6);
    expect(higherInTen, "higher").to.be.at.most(MOST_HIGHER);
  }).timeout(1_200_000);
});

describe("Calm months: 60 % volatility", () => {
  const MONTHS = Array.from({ length: 12 }, (_, month) => month + 1);
  const CALM: JumpMarket = { ...DESIGN_MARKET, volatility: 0.6, volatilitySpread: 0, jumpsPerYear: 0 };

  it("trip nothing in twelve of them without a jump", () => {
    for (const month of MONTHS) {
      expect(replayTrips({ market: CALM }, month, STEPS_PER_MONTH), `month ${month}`).to.deep.equal([]);
    }
  }).timeout(120_000);

  it("trip at the design's rate with its jumps: at most 6 in twelve of them", () => {
    const market = { ...CALM, jumpsPerYear: DESIGN_MARKET.jumpsPerYear };
    const trips = MONTHS.flatMap((month) => replayTrips({ market }, 100 + month, STEPS_PER_MONTH));
    expect(trips.length, "trips").to.be.within(1, 6);
  }).timeout(120_000);
});
