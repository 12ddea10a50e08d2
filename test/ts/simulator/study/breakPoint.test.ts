// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { streamOf } from "../../../../scripts/simulator/scenario/streams.ts";
import { cellsOf, misfits, turnsBack } from "../../../../scripts/simulator/study/breaking/checkCurve.ts";
import { gridOf, nextPlaces } from "../../../../scripts/simulator/study/breaking/planTrials.ts";
import type { NoisyPlan } from "../../../../scripts/simulator/study/breaking/planTrials.ts";
import { searchThreshold } from "../../../../scripts/simulator/study/breaking/searchThreshold.ts";
import { fitBreakPoint, logit } from "../../../../scripts/simulator/study/statistics/fitBreakPoint.ts";
import type { BreakCurve, Trial } from "../../../../scripts/simulator/study/statistics/fitBreakPoint.ts";
import { expectNear } from "../../model/expectNear.ts";

type Chance = (x: number) => number;

const logistic =
  (middle: number, scale: number): Chance =>
  (x) =>
    1 / (1 + Math.exp(-(x - middle) / scale));

/** Searches as `break` does, on runs that fail by a known chance. */
function search(plan: NoisyPlan, chance: Chance, seed: number): Trial[] {
  const random = streamOf(seed, "known curve");
  const trials: Trial[] = [];
  for (let places = gridOf(plan); places.length > 0; places = nextPlaces(plan, trials))
    trials.push(...places.map((x) => ({ x, failed: random.unit() < chance(x) })));
  return trials;
}

function fitted(trials: readonly Trial[], limit: number): BreakCurve {
  const fit = fitBreakPoint(trials, limit);
  if (fit.kind !== "fitted") throw new Error(`the fit is ${fit.kind}`);
  return fit;
}

const PLAN: NoisyPlan = { lo: 0, hi: 1, limit: 0.1, runs: 200, whole: false };

describe("Break points", () => {
  describe("of noisy questions", () => {
    it("are where the published fit of a known example says so", () => {
      // Hours of study and a failed examination: the published curve is 4.0777 − 1.5046 · hours in log odds.
      const hours = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5];
      const passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1];
      const fit = fitted(
        hours.map((x, index) => ({ x, failed: passed[index] === 0 })),
        0.5,
      );

      expectNear(fit.at, "even odds", 4.0777 / 1.5046, 0.0005);
      expect(fit.rises).to.equal(false);
      expectNear(fit.placeOf(-1.5046), "one hour more", fit.at + 1, 0.0005);
      expectNear(fit.chanceAt(2).rate, "chance after two hours", 0.7444, 0.0005);
      // The published standard error of the intercept is 1.7610.
      expectNear(fit.chanceAt(0).low, "lower bound at no hours", 1 / (1 + Math.exp(-(4.0777 - 1.96 * 1.761))), 0.0005);
      // The interval ends where the curve's band leaves the limit.
      expectNear(fit.chanceAt(fit.low).low, "band at the lower end", 0.5, 1e-6);
      expectNear(fit.chanceAt(fit.high).high, "band at the upper end", 0.5, 1e-6);
    });

    for (const [limit, runs] of [
      [0.5, 200],
      [0.1, 200],
      [0.01, 400],
    ] as const)
      // prettier-ignore
      it(`have an interval that holds the truth in 95 of 100 searches for ${100 * limit} %`, () => {
        const truth = 0.5 + 0.05 * logit(limit);
        const plan = { ...PLAN, limit, runs };
        const fits = Array.from({ length: 200 }, (_, seed) =>
          fitted(search(plan, logistic(0.5, 0.05), seed), limit),
        );

        expect(fits.filter(({ low, high }) => low <= truth && truth <= high).length, "of 200").to.be.within(182, 198);
        const safe = fits.filter(({ low }) => low <= truth).length;
        expect(safe, "searches whose safe end is safe").to.be.at.least(190);
        const widths = fits.map(({ low, high }) => high - low).sort((a, b) => a - b);
        expect(widths[100], "median width").to.be.below(0.2);
      });

    it("are found as well where the chance falls", () => {
      const trials = search({ ...PLAN, limit: 0.5 }, (x) => 1 - logistic(0.3, 0.05)(x), 1);
      const fit = fitted(trials, 0.5);

      expect(fit.rises).to.equal(false);
      expect(fit.low).to.be.below(0.3).and.above(0.2);
      expect(fit.high).to.be.above(0.3).and.below(0.4);
    });

    it("use exactly the runs that are allowed, all of them in the range", () => {
      const trials = search({ ...PLAN, runs: 137 }, logistic(0.05, 0.02), 1);

      expect(trials.length).to.equal(137);
      expect(trials.every(({ x }) => x >= 0 && x <= 1)).to.equal(true);
    });

    it("are not told where nothing failed, or nothing held; then the ends are looked at", () => {
      const trials = search(PLAN, () => 0, 1);

      expect(fitBreakPoint(trials, 0.1).kind).to.equal("never");
      expect(trials.filter(({ x }) => x === 0 || x === 1).length).to.equal(142);
      expect(
        fitBreakPoint(
          search(PLAN, () => 1, 1),
          0.1,
        ).kind,
      ).to.equal("always");
    });

    it("are a gap, ever narrower, where all below held and all above failed", () => {
      const fit = fitBreakPoint(
        search(PLAN, (x) => (x < 0.37 ? 0 : 1), 1),
        0.1,
      );

      if (fit.kind !== "parted") throw new Error(`the fit is ${fit.kind}`);
      expect(fit.rises).to.equal(true);
      expect(fit.low).to.be.below(0.37).and.above(0.3699);
      expect(fit.high).to.be.at.least(0.37).and.below(0.3701);
    });

    it("have no end where the chance does not depend on the place", () => {
      const fit = fitted(
        search(PLAN, () => 0.3, 3),
        0.1,
      );

      expect([fit.low, fit.high]).to.deep.equal([-Infinity, Infinity]);
      const even = [0, 0, 1, 1].map((x, index) => ({ x, failed: index % 2 === 0 }));
      expect(Number.isNaN(fitted(even, 0.5).at), "the same chance everywhere").to.equal(true);
    });

    it("are refused where all runs were at one place", () => {
      expect(() => fitBreakPoint([{ x: 2, failed: true }, { x: 2, failed: false }], 0.1)) // prettier-ignore
        .to.throw("at one place")
        .with.property("code", "fitFailed");
    });

    it("are doubted where the chance rises and falls again", () => {
      const island = search(PLAN, (x) => (x > 0.3 && x < 0.6 ? 0.9 : 0.02), 1);

      expect(turnsBack(cellsOf(island)), "an island").to.equal(true);
      const straight = Array.from({ length: 50 }, (_, seed) => search(PLAN, logistic(0.5, 0.1), seed));
      expect(straight.filter((trials) => turnsBack(cellsOf(trials))).length, "of 50 monotone ones").to.be.below(3);
    });

    it("are doubted where the chance is no logistic curve, and hardly ever where it is one", () => {
      const doubted = (chance: Chance): number =>
        Array.from({ length: 50 }, (_, seed) => search({ ...PLAN, runs: 600 }, chance, seed)).filter((trials) =>
          misfits(trials, fitted(trials, PLAN.limit)),
        ).length;
      const background: Chance = (x) => (x < 0.5 ? 0.08 : 0.7);

      expect(doubted(background), "a step over a background").to.be.above(40);
      expect(doubted(logistic(0.5, 0.1)), "logistic").to.be.below(4);
    });
  });

  describe("of deterministic questions", () => {
    const plan = { lo: 0, hi: 10, points: 6, tolerance: 0.001, whole: false };
    const asked: number[] = [];
    const by = (fails: (x: number) => boolean) => async (places: readonly number[]) => {
      asked.push(...places);
      return Promise.resolve(places.map(fails));
    };

    it("lie between two places no farther apart than the tolerance", async () => {
      const { turns } = await searchThreshold(
        plan,
        by((x) => x >= Math.PI),
      );

      expect(turns.length).to.equal(1);
      const [turn] = turns;
      expect(turn!.low).to.be.below(Math.PI);
      expect(turn!.high).to.be.at.least(Math.PI);
      expect(turn!.high - turn!.low).to.be.at.most(0.001);
      expect(turn!.failsAbove).to.equal(true);
    });

    it("of whole numbers lie between neighbours, and only whole numbers are asked, each once", async () => {
      asked.length = 0;
      const { turns } = await searchThreshold(
        { ...plan, lo: 3, hi: 40, whole: true },
        by((x) => x < 17),
      );

      expect(turns).to.deep.equal([{ low: 16, high: 17, failsAbove: false }]);
      expect(asked.every(Number.isInteger)).to.equal(true);
      expect(new Set(asked).size).to.equal(asked.length);
    });

    it("are several where the answer is not monotone", async () => {
      const { turns } = await searchThreshold(
        plan,
        by((x) => x > 1 && x < 5.5),
      );

      expect(turns.map(({ failsAbove }) => failsAbove)).to.deep.equal([true, false]);
      expectNear(turns[0]!.high, "it begins to fail", 1, 0.001);
      expectNear(turns[1]!.low, "it ends to fail", 5.5, 0.001);
    });

    it("are none where all places answer alike", async () => {
      const { answers, turns } = await searchThreshold(
        plan,
        by(() => false),
      );

      expect(turns).to.deep.equal([]);
      expect(answers.length).to.equal(6);
    });
  });
});
