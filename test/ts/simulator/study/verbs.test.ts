// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
  axisOf,
  parseGridAxis,
  parseRange,
  placesOf,
  settingAt,
  withSetting,
} from "../../../../scripts/simulator/study/axes.ts";
import { calibrate } from "../../../../scripts/simulator/study/calibrate.ts";
import { compareScenarios } from "../../../../scripts/simulator/study/compareScenarios.ts";
import { findBreak } from "../../../../scripts/simulator/study/findBreak.ts";
import type { BreakPlan } from "../../../../scripts/simulator/study/findBreak.ts";
import { monteCarlo } from "../../../../scripts/simulator/study/monteCarlo.ts";
import type { Objective } from "../../../../scripts/simulator/study/objectives.ts";
import { heatMapOf, sweep } from "../../../../scripts/simulator/study/sweep.ts";
import { parseTarget } from "../../../../scripts/simulator/study/target/parseTarget.ts";
import { expectNear } from "../../model/expectNear.ts";
import { playHere } from "./playHere.ts";
import { runOne, synthetic } from "./syntheticRunner.ts";

const runHere = playHere(runOne);

const DEBT_FREE = parseTarget("badDebt.afterInsurance<=0");
const RARELY_INDEBTED = parseTarget("p(badDebt.afterInsurance>0)<=10%");

describe("Verbs of studies", () => {
  describe("axes", () => {
    it("are read with their places", () => {
      expect(placesOf(parseGridAxis("faults.0.with.multiply=0.5:0.8:4"))).to.deep.equal([0.5, 0.6, 0.7, 0.8]);
      expect(parseRange("validators.count=4:9:whole")).to.deep.equal({
        path: "validators.count",
        lo: 4,
        hi: 9,
        unit: "number",
        whole: true,
      });
      const hours = parseGridAxis("faults.0.for=30m:2h:4");
      expect(placesOf(hours).map((place) => settingAt(hours, place))).to.deep.equal([
        "1800s",
        "3600s",
        "5400s",
        "7200s",
      ]);
    });

    for (const text of ["x=1:2", "x=2:1:5", "x=1:2:1", "1:2:3", "x=a:2:3", "x=1m:2:3", "x=1:2:3:4", "x=1=2:3:4"])
      it(`are refused: ${text}`, () => {
        expect(() => parseGridAxis(text))
          .to.throw()
          .with.property("code", "configInvalid");
      });

    it("change one value of a scenario, whatever it had there, and leave the rest alone", () => {
      const scenario = {
        faults: [{ type: "market.gap", with: { multiply: 0.9 } }, { type: "oracle.silent" }],
        params: {},
      };

      expect(withSetting(scenario, "faults.0.with.multiply", 0.5).faults).to.deep.equal([
        { type: "market.gap", with: { multiply: 0.5 } },
        { type: "oracle.silent" },
      ]);
      expect(withSetting(scenario, "validators.count", 9).validators, "added").to.deep.equal({ count: 9 });
      expect(withSetting(scenario, "params.risk.shock", 3).params, "one name").to.deep.equal({ "risk.shock": 3 });
      expect(scenario.faults[0]!.with, "untouched").to.deep.equal({ multiply: 0.9 });
    });

    for (const path of ["faults.2.at", "faults.first.at", "faults.0.type.name"])
      it(`lead nowhere: ${path}`, () => {
        expect(() => withSetting({ faults: [{ type: "market.gap" }] }, path, 1))
          .to.throw()
          .with.property("code", "configInvalid");
      });
  });

  describe("mc", () => {
    it("finds the rate of failures, and the seeds that fail", async () => {
      const scenario = synthetic({ x: 0.3, middle: 0.5, scale: 0.2 });
      const truth = 1 / (1 + Math.exp(1));
      const result = await monteCarlo({ scenario, seeds: { first: 1_000, count: 400 }, target: DEBT_FREE }, runHere);

      expect(result.failures.low).to.be.below(truth);
      expect(result.failures.high).to.be.above(truth);
      expect(result.verdict).to.equal("broken");
      const { seed, values } = result.worst[0]!;
      expect(values["badDebt.afterInsurance"], "the worst seed").to.equal(1_000.3);
      const alone = await monteCarlo({ scenario, seeds: { first: seed, count: 1 }, target: DEBT_FREE }, runHere);
      expect(alone.failures.failures, "played alone").to.equal(1);
      expectNear(result.metrics["badDebt.absolute"]!.mean!, "mean debt", 1_000.3 * result.failures.rate, 1e-6);
    });

    it("names the invariants that broke, and is broken by one run when nothing else is asked", async () => {
      const scenario = synthetic({ faults: [{ type: "a" }], planted: ["a"] });
      const result = await monteCarlo({ scenario, seeds: { first: 7, count: 3 } }, runHere);

      expect(result.brokenInvariants).to.deep.equal([{ id: "S3", runs: 3, firstSeed: 7 }]);
      expect(result.verdict).to.equal("broken");
    });

    it("is plain JSON, with null for what never came", async () => {
      const scenario = synthetic({ recoverySeconds: null });
      const result = await monteCarlo({ scenario, seeds: { first: 1, count: 5 } }, runHere);

      expect(result.metrics.recoverySeconds!.p50).to.equal(null);
      expect(JSON.parse(JSON.stringify(result))).to.deep.equal(result);
    });
  });

  describe("sweep", () => {
    it("plays every cell with the same seeds", async () => {
      const axes = [parseGridAxis("x=0:1:3"), parseGridAxis("cost=0:50:2")];
      const scenario = synthetic({ middle: 0.5, scale: 0.2 });
      const result = await sweep({ scenario, axes, seeds: { first: 1, count: 20 }, target: DEBT_FREE }, runHere);

      expect(result.cells.map(({ at }) => at)).to.deep.equal([[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]); // prettier-ignore
      const { values, x, y } = heatMapOf(result, "insurance.end");
      expect([y!.path, x.path]).to.deep.equal(["x", "cost"]);
      for (const [cheap, dear] of values) expectNear(cheap! - dear!, "the same noise in both", 50, 1e-9);
      const rates = heatMapOf(result, "failureRate").values.map(([rate]) => rate!);
      expect(rates[0]).to.be.below(rates[1]!);
      expect(rates[1]).to.be.below(rates[2]!);
    });
  });

  describe("break", () => {
    const plan: BreakPlan = {
      scenario: synthetic({ middle: 0.6, scale: 0.05 }),
      axis: axisOf("x", "0", "1", false),
      target: RARELY_INDEBTED,
      firstSeed: 1,
      runs: 200,
      points: 9,
      tolerance: 0.001,
    };
    const truth = 0.6 - 0.05 * Math.log(9);

    it("finds where a share of runs begins to fail, with an interval that holds it", async () => {
      const { outcome, method, runs, warnings, curve } = await findBreak(plan, runHere);

      if (outcome.kind !== "at") throw new Error(`the outcome is ${outcome.kind}`);
      expect([method, runs, warnings]).to.deep.equal(["logistic fit", 200, []]);
      expectNear(outcome.at!, "the place", truth, 0.05);
      expect(outcome.low).to.be.below(truth);
      expect(outcome.high).to.be.above(truth);
      expect(outcome.safe, "the side that holds").to.equal(outcome.low);
      const atSafe = curve.reduce((near, point) =>
        Math.abs(point.x - outcome.safe!) < Math.abs(near.x - outcome.safe!) ? point : near,
      );
      expectNear(atSafe.high, "there the upper bound crosses the limit", 0.1, 0.04);
    });

    it("halves its way to a threshold when one seed decides", async () => {
      const { outcome, method, runs } = await findBreak(
        { ...plan, scenario: synthetic({ middle: 0.6 }), target: DEBT_FREE },
        runHere,
      );

      if (outcome.kind !== "between") throw new Error(`the outcome is ${outcome.kind}`);
      expect(method).to.equal("bisection");
      expect(outcome.low).to.be.below(0.6).and.above(0.599);
      expect(outcome.high).to.be.at.least(0.6).and.below(0.601);
      expect(runs, "nine, then seven halvings").to.equal(16);
    });

    it("finds nothing where all holds, and says how little that proves", async () => {
      const { outcome, warnings } = await findBreak({ ...plan, scenario: synthetic({}) }, runHere);

      if (outcome.kind !== "holds") throw new Error(`the outcome is ${outcome.kind}`);
      expectNear(outcome.atMost, "69 runs at one end, none failed", 0.0425, 0.0005);
      expect(warnings, "enough for 10 %").to.deep.equal([]);
      const strict = { ...plan, scenario: synthetic({}), target: parseTarget("p(badDebt.afterInsurance>0)<=1%") };
      expect((await findBreak(strict, runHere)).warnings[0]).to.match(/too few/);
    });

    it("is plain JSON", async () => {
      const result = await findBreak(plan, runHere);

      expect(JSON.parse(JSON.stringify(result))).to.deep.equal(result);
    });
  });

  describe("compare", () => {
    it("shows a difference that is far smaller than the noise between seeds", async () => {
      const [first, second] = [synthetic({ name: "a" }), synthetic({ name: "b", cost: 2 })];
      const result = await compareScenarios({ first, second, seeds: { first: 1, count: 20 } }, runHere);

      expect(
        result.metrics.map(({ metric }) => metric),
        "all else is equal",
      ).to.deep.equal(["insurance.end"]);
      const { mean, interval, lower } = result.metrics[0]!.difference;
      expectNear(mean!, "mean difference", -2, 1e-9);
      expectNear(interval![1] - interval![0], "doubt", 0, 1e-9);
      expect(lower).to.equal(20);
    });

    it("names the seeds that fail in one only", async () => {
      const first = synthetic({ x: 0.5, middle: 0.5, scale: 0.1 });
      const second = synthetic({ x: 0.4, middle: 0.5, scale: 0.1 });
      const seeds = { first: 1, count: 60 };
      const { failures } = await compareScenarios({ first, second, seeds, target: DEBT_FREE }, runHere);

      expect(failures.onlySecond, "the same draws, a smaller chance").to.deep.equal([]);
      expect(failures.onlyFirst.length).to.equal(failures.first.failures - failures.second.failures);
      expect(failures.onlyFirst.length).to.be.above(0);
    });
  });

  describe("calibrate", () => {
    const burden: Objective = { name: "burden", of: (_, { scenario }) => Number(scenario.margin) };
    const harm: Objective = {
      name: "harm",
      of: (_, { scenario }) => (Number(scenario.margin) - 10) ** 2 + Number(scenario.fee ?? 0),
    };

    it("drops what breaks a target, then keeps what no other beats", async () => {
      const plan = {
        scenario: synthetic({ middle: 15 }),
        // The world fails from x = 15 on; of the rest, margin below 10 trades burden for harm.
        axes: [parseRange("margin=0:20"), parseRange("fee=0:1"), parseRange("x=0:20:whole")],
        points: 120,
        seeds: { first: 1, count: 2 },
        targets: [DEBT_FREE],
        objectives: [burden, harm],
      };
      const { points, front } = await calibrate(plan, runHere);

      expect(points.length).to.equal(120);
      for (const { settings, broken } of points)
        expect(broken, `x = ${settings[2]}`).to.deep.equal(
          Number(settings[2]) >= 15 ? ["badDebt.afterInsurance<=0"] : [],
        );
      const best = front.map((index) => points[index]!);
      expect(best.length).to.be.above(5);
      expect(best.every(({ broken }) => broken.length === 0)).to.equal(true);
      expect(Math.max(...best.map(({ settings }) => Number(settings[0]))), "more margin only costs").to.be.below(11);
      const costs = best.map(({ objectives }) => objectives[0]!);
      expect(costs, "by rising burden").to.deep.equal([...costs].sort((a, b) => a - b));
    });

    it("plays the front again in truth, and drops from it what does not hold there", async () => {
      const screen = { margin: 0, x: 0 };
      const plan = {
        scenario: synthetic(screen),
        axes: [parseRange("margin=0:10")],
        points: 20,
        seeds: { first: 1, count: 1 },
        targets: [DEBT_FREE],
        objectives: [burden, harm],
      };
      // In truth margins below five leave debt.
      const truth: typeof runHere = async (orders, digest) =>
        runHere(
          orders.map((order) => ({
            ...order,
            scenario: { ...order.scenario, x: 5 - Number(order.scenario.margin), middle: 0 },
          })),
          digest,
        );
      const { points, front } = await calibrate({ ...plan, truth }, runHere);

      const margins = front.map((index) => Number(points[index]!.settings[0]));
      expect(margins.length).to.be.above(0);
      expect(Math.min(...margins)).to.be.above(5);
      expect(front.every((index) => points[index]!.confirmed)).to.equal(true);
    });
  });
});
