// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { normal } from "../../../../scripts/model/market/repeatableMath.ts";
import { streamOf } from "../../../../scripts/simulator/scenario/streams.ts";
import { describeValues } from "../../../../scripts/simulator/study/statistics/describeValues.ts";
import {
  failureRate,
  highestRate,
  upperBoundOfNone,
} from "../../../../scripts/simulator/study/statistics/failureRate.ts";
import { latinHypercube } from "../../../../scripts/simulator/study/statistics/latinHypercube.ts";
import { pairedDifference } from "../../../../scripts/simulator/study/statistics/pairedDifference.ts";
import { paretoFront } from "../../../../scripts/simulator/study/statistics/paretoFront.ts";
import { shrinkList, shrinkNumber } from "../../../../scripts/simulator/study/statistics/shrinkList.ts";
import type { FindFailing } from "../../../../scripts/simulator/study/statistics/shrinkList.ts";
import { expectNear } from "../../model/expectNear.ts";

describe("Statistics of studies", () => {
  describe("failure rates", () => {
    it("have the published Wilson interval of 10 in 100", () => {
      const { rate, low, high } = failureRate(10, 100);

      expect(rate).to.equal(0.1);
      expectNear(low, "low", 0.0552, 0.0001);
      expectNear(high, "high", 0.1744, 0.0001);
    });

    it("are bounded exactly where nothing failed: 3.0 % of 100, 1.0 % of 300, 0.3 % of 1,000, 0.1 % of 3,000", () => {
      const bounds = [100, 300, 1_000, 3_000].map((trials) => (100 * upperBoundOfNone(trials)).toFixed(1));

      expect(bounds).to.deep.equal(["3.0", "1.0", "0.3", "0.1"]);
      expectNear((1 - upperBoundOfNone(100)) ** 100, "chance of no failure at the bound", 0.05, 1e-9);
      expect(highestRate(failureRate(0, 100)), "tighter than Wilson's").to.be.below(failureRate(0, 100).high);
    });

    it("leave no chance to rounding where none or all failed", () => {
      for (let trials = 1; trials < 100; trials += 1) {
        expect(failureRate(0, trials).low, `0 of ${trials}`).to.equal(0);
        expect(failureRate(trials, trials).high, `all of ${trials}`).to.equal(1);
      }
    });

    it("of no trials may be anything", () => {
      expect(failureRate(0, 0)).to.deep.equal({ failures: 0, trials: 0, rate: 0, low: 0, high: 1, atMost: 1 });
    });
  });

  describe("distributions", () => {
    it("have the mean and the quantiles of their values", () => {
      const { mean, min, p5, p50, p95, max } = describeValues(Array.from({ length: 101 }, (_, place) => 100 - place));

      expect([mean, min, p5, p50, p95, max]).to.deep.equal([50, 0, 5, 50, 95, 100]);
    });

    it("say null, and not a number, from where on values never came", () => {
      const { mean, min, p50, p95, max } = describeValues([1, 2, 3, Infinity, Infinity]);

      expect([mean, min, p50, p95, max]).to.deep.equal([null, 1, 3, null, null]);
    });
  });

  describe("paired differences", () => {
    it("of a constant shift are the shift, without doubt", () => {
      const first = [5, 1, 9, 4];
      const difference = pairedDifference(
        first,
        first.map((value) => value + 2),
        streamOf(1, "shift"),
      );

      expect(difference).to.deep.equal({ mean: 2, interval: [2, 2], higher: 4, lower: 0, equal: 0 });
    });

    it("hold the true difference in 95 of 100 studies of twenty seeds", () => {
      const random = streamOf(2, "coverage");
      let covered = 0;
      for (let study = 0; study < 200; study += 1) {
        const first = Array.from({ length: 20 }, () => 100 * normal(random));
        const second = first.map((value) => value + 3 + normal(random));
        const [low, high] = pairedDifference(first, second, random).interval!;
        if (low <= 3 && 3 <= high) covered += 1;
      }

      expect(covered, "of 200").to.be.within(180, 198);
    });

    it("know no mean where one of a pair never came, and none is needed where both did not", () => {
      expect(pairedDifference([1, 2], [1, Infinity], streamOf(3, "never"))).to.deep.equal({
        mean: null,
        interval: null,
        higher: 1,
        lower: 0,
        equal: 1,
      });
      expect(pairedDifference([1, Infinity], [2, Infinity], streamOf(3, "both")).mean).to.equal(0.5);
    });
  });

  describe("Latin hypercubes", () => {
    it("put exactly one point into every slice of every dimension", () => {
      const points = latinHypercube(50, 4, streamOf(4, "cube"));

      for (let dimension = 0; dimension < 4; dimension += 1) {
        const slices = points.map((point) => Math.floor(50 * point[dimension]!)).sort((a, b) => a - b);
        expect(slices, `dimension ${dimension}`).to.deep.equal(Array.from({ length: 50 }, (_, slice) => slice));
      }
    });

    it("are the same for the same seed, and their dimensions do not follow each other", () => {
      const points = latinHypercube(50, 2, streamOf(4, "cube"));

      expect(latinHypercube(50, 2, streamOf(4, "cube"))).to.deep.equal(points);
      expect(points.filter(([x, y]) => Math.floor(50 * x!) === Math.floor(50 * y!)).length).to.be.below(8);
    });
  });

  describe("Pareto fronts", () => {
    it("keep what no other beats, and equals together", () => {
      const points = [[1, 9], [2, 5], [3, 5], [4, 1], [4, 1], [5, 0.5], [9, 9]]; // prettier-ignore

      expect(paretoFront(points)).to.deep.equal([0, 1, 3, 4, 5]);
    });

    it("count what never came as worse than anything", () => {
      expect(paretoFront([[1, Infinity], [1, 7], [0, Infinity]])).to.deep.equal([1, 2]); // prettier-ignore
    });
  });

  describe("shrinking", () => {
    /** Fails when all of these are there; counts what was asked. */
    const planted = (needed: readonly number[]): { find: FindFailing<readonly number[]>; asked: () => number } => {
      let asked = 0;
      return {
        find: async (candidates) => {
          asked += candidates.length;
          const found = candidates.findIndex((items) => needed.every((item) => items.includes(item)));
          return Promise.resolve(found < 0 ? undefined : found);
        },
        asked: () => asked,
      };
    };
    const twenty = Array.from({ length: 20 }, (_, item) => item);

    for (const needed of [[], [13], [0, 19], [3, 4, 17], [1, 5, 9, 13, 18]])
      it(`finds the ${needed.length} items that fail together among twenty`, async () => {
        const { find, asked } = planted(needed);

        expect(await shrinkList(twenty, find)).to.deep.equal(needed);
        expect(asked(), "candidates").to.be.below(200);
      });

    it("ends where no single item can be dropped, whatever makes it fail", async () => {
      const fails = (items: readonly number[]): boolean => items.length % 3 === 2 || items.length === 20;
      const find: FindFailing<readonly number[]> = async (candidates) => {
        const found = candidates.findIndex(fails);
        return Promise.resolve(found < 0 ? undefined : found);
      };

      const left = await shrinkList(twenty, find);

      expect(fails(left)).to.equal(true);
      for (const item of left) expect(fails(left.filter((other) => other !== item)), `without ${item}`).to.equal(false);
    });

    it("finds the smallest number that fails", async () => {
      const from = (smallest: number) => async (candidates: readonly number[]) => {
        const found = candidates.findIndex((value) => value >= smallest);
        return Promise.resolve(found < 0 ? undefined : found);
      };

      expect(await shrinkNumber(0, 40, from(17))).to.equal(17);
      expect(await shrinkNumber(0, 40, from(0))).to.equal(0);
      expect(await shrinkNumber(1, 40, from(40))).to.equal(40);
      expect(await shrinkNumber(3, 3, from(0))).to.equal(3);
    });
  });
});
