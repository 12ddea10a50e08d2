// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { stepCusum } from "../../../scripts/model/sentinel/cusum.ts";
import { driftOf, stepEwma } from "../../../scripts/model/sentinel/ewma.ts";
import { fitLogistic, probabilityOf } from "../../../scripts/model/sentinel/fitLogistic.ts";
import { areaUnderCurve, brierScore, quantileOf, wilsonInterval } from "../../../scripts/model/sentinel/quality.ts";
import { expectNear } from "./expectNear.ts";

/** Hours of study and whether the examination was passed: an example that many text books and packages fit. */
const HOURS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5];
const PASSED = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1].map((passed) => passed === 1);
const ROWS = HOURS.map((hours) => [hours]);

describe("Models of the sentinel", () => {
  describe("logistic regression", () => {
    it("finds the published coefficients of a known example", () => {
      const { intercept, coefficients } = fitLogistic(ROWS, PASSED, 0);

      expectNear(intercept, "intercept", -4.0777, 0.0001);
      expectNear(coefficients[0], "slope", 1.5046, 0.0001);
    });

    it("gives the published probabilities of that example", () => {
      const model = fitLogistic(ROWS, PASSED, 0);

      expectNear(probabilityOf(model, [2]), "two hours", 0.26, 0.005);
      expectNear(probabilityOf(model, [4]), "four hours", 0.87, 0.005);
    });

    it("stands where the penalty balances the slope of the loss", () => {
      const penalty = 3;
      const model = fitLogistic(ROWS, PASSED, penalty);
      const residuals = ROWS.map((row, index) => probabilityOf(model, row) - (PASSED[index] === true ? 1 : 0));
      const slope = residuals.reduce((sum, residual, index) => sum + residual * HOURS[index]!, 0);

      expectNear(slope + penalty * model.coefficients[0]!, "by the coefficient", 0, 1e-6);
      const total = residuals.reduce((sum, residual) => sum + residual, 0);
      expectNear(total, "the intercept is not penalised", 0, 1e-6);
    });

    it("leaves a coefficient at its bound when the samples would have it lower", () => {
      const opposite = ROWS.map(([hours]) => [hours!, -hours! + ((hours! * 4) % 3)]);
      const free = fitLogistic(opposite, PASSED, 0.1);
      const bounded = fitLogistic(opposite, PASSED, 0.1, 0);

      expect(Math.min(...free.coefficients), "unbounded").to.be.below(0);
      expect(Math.min(...bounded.coefficients), "bounded").to.equal(0);
      expect(Math.max(...bounded.coefficients), "the other one").to.be.above(0);
    });

    it("says so when a plane parts the samples and nothing is penalised", () => {
      const labels = HOURS.map((hours) => hours > 2);

      expect(() => fitLogistic(ROWS, labels, 0))
        .to.throw()
        .with.property("code", "fitFailed");
    });
  });

  it("follows a series with weights of 0.3 and 0.05", () => {
    const first = stepEwma(undefined, 0);
    const second = stepEwma(first, 10);
    const third = stepEwma(second, 10);

    expect(first, "the first value is both").to.deep.equal({ fast: 0, slow: 0 });
    expectNear(second.fast, "fast", 3, 1e-12);
    expectNear(third.fast, "fast again", 5.1, 1e-12);
    expectNear(third.slow, "slow", 0.975, 1e-12);
    expectNear(driftOf(third), "difference", 4.125, 1e-12);
  });

  it("adds up what stays above the allowance, and forgets what falls below", () => {
    const up = [2, 2, 2].reduce(stepCusum, 0);

    expect(up, "three values of two deviations").to.equal(3);
    expect(stepCusum(up, -5), "never below zero").to.equal(0);
    expect(stepCusum(0, 1_000), "one value alone").to.equal(3);
  });

  describe("measures", () => {
    it("takes the area under the curve as text books do", () => {
      const labels = [false, false, true, true];

      expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], labels), "known example").to.equal(0.75);
      expect(areaUnderCurve([1, 1, 1, 1], labels), "ties count half").to.equal(0.5);
      expect(areaUnderCurve([1, 2], [true, true]), "without the event's absence").to.equal(undefined);
    });

    it("takes Brier's score as text books do", () => {
      expectNear(brierScore([0.1, 0.9, 0.8, 0.3], [false, true, true, false]), "score", 0.0375, 1e-12);
    });

    it("takes Wilson's interval as text books do", () => {
      const [low, high] = wilsonInterval(8, 10);

      expectNear(low, "low", 0.4902, 0.0001);
      expectNear(high, "high", 0.9433, 0.0001);
      expectNear(wilsonInterval(0, 100)[1], "none of a hundred", 0.037, 0.0001);
    });

    it("takes quantiles between neighbours in proportion", () => {
      expect(quantileOf([4, 1, 3, 2], 0.5), "median").to.equal(2.5);
      expect(quantileOf([10, 0], 0.1), "tenth").to.equal(1);
      expect(quantileOf([], 0.5), "of nothing").to.equal(undefined);
    });
  });
});
