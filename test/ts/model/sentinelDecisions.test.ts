// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { countAlarms, thresholdAt } from "../../../scripts/model/sentinel/alarms.ts";
import type { ScoredEpisode } from "../../../scripts/model/sentinel/alarms.ts";
import { CALM, decideAddOn } from "../../../scripts/model/sentinel/decideAddOn.ts";
import type { AddOnState } from "../../../scripts/model/sentinel/decideAddOn.ts";
import { FEATURES, featuresOf, remember, WARM_LOOKS } from "../../../scripts/model/sentinel/features.ts";
import type { FeatureMemory, Features } from "../../../scripts/model/sentinel/features.ts";
import { isFull, missingIn } from "../../../scripts/model/sentinel/observation.ts";
import type { FullObservation } from "../../../scripts/model/sentinel/observation.ts";
import { outagesOf } from "../../../scripts/model/sentinel/study/playEpisode.ts";
import { OUTAGE_ROUNDS, riskOf } from "../../../scripts/model/sentinel/weights.ts";
import type { SentinelWeights } from "../../../scripts/model/sentinel/weights.ts";
import { expectNear } from "./expectNear.ts";

const MINUTE = 60_000n;
const POLICY = { thresholds: [0.3, 0.5, 0.9], release: 0.6, dwellMs: 10n * MINUTE, renewMs: 10n * MINUTE };
const QUIET: FullObservation = {
  round: 1,
  latestRound: 1,
  missingShare: 0.05,
  unheardShare: 0,
  inclusionSeconds: 6,
  dispersionBps: 5,
  witnessGapBps: 10,
  baseFeeGwei: 1,
  errorShare: 0,
  disagreementShare: 0,
  headAgeSeconds: 2,
};
const WEIGHTS: SentinelWeights = {
  horizonSeconds: 600,
  mean: FEATURES.map(() => 0),
  deviation: FEATURES.map(() => 1),
  model: { intercept: -3, coefficients: FEATURES.map((name) => (name === "unheard" ? 10 : 0)) },
  ewma: { intercept: -3, coefficients: [2] },
  thresholds: { logistic: [0.3, 0.5, 0.9], ewma: [0.3, 0.5, 0.9], participation: [0.2, 0.25, 0.3] },
};

/** Looks at one round after the other; each differs from a quiet one by what is given. */
function watch(
  changes: readonly Partial<FullObservation>[],
): readonly [memory: FeatureMemory, features: Features | undefined] {
  let memory: FeatureMemory | undefined;
  let last = QUIET;
  for (const [index, change] of changes.entries()) {
    last = { ...QUIET, round: index + 1, latestRound: index + 1, ...change };
    memory = remember(memory, last);
  }
  return [memory!, featuresOf(memory!, last)];
}

const quiet = (looks: number): Partial<FullObservation>[] => Array.from({ length: looks }, () => ({}));

describe("Decisions of the sentinel", () => {
  describe("features", () => {
    it("are not there before the averages mean something", () => {
      expect(watch(quiet(WARM_LOOKS - 1))[1], "too early").to.equal(undefined);
      expect(watch(quiet(WARM_LOOKS))[1], "warm").not.to.equal(undefined);
    });

    it("begin anew after a pause in which nobody looked", () => {
      const [, features] = watch([...quiet(WARM_LOOKS), { round: 1_000, latestRound: 1_000 }]);

      expect(features).to.equal(undefined);
    });

    it("show a share that rises, before it is high", () => {
      const [, calm] = watch(quiet(40));
      const [, rising] = watch([...quiet(36), ...[0.1, 0.15, 0.2, 0.25].map((unheardShare) => ({ unheardShare }))]);

      expectNear(calm!.unheardDrift, "calm", 0, 1e-12);
      expect(rising!.unheardDrift, "rising").to.be.above(0.1);
    });

    it("count the rounds since the last quorum price", () => {
      const [, features] = watch([...quiet(30), { latestRound: 30 }, { latestRound: 30 }]);

      expect(features!.gapRounds).to.equal(2);
      expect(features!.gapVariance).to.be.above(0);
    });

    it("take no look into account twice", () => {
      const [memory] = watch(quiet(25));

      expect(remember(memory, { ...QUIET, round: 25, missingShare: 1 })).to.equal(memory);
    });

    it("name what an observation lacks", () => {
      expect(isFull(QUIET), "whole").to.equal(true);
      expect(missingIn({ ...QUIET, witnessGapBps: undefined, errorShare: NaN }), "gaps").to.deep.equal([
        "witnessGapBps",
        "errorShare",
      ]);
    });
  });

  describe("risk", () => {
    const [, calm] = watch(quiet(40));
    const [, silent] = watch([...quiet(36), ...quiet(4).map(() => ({ unheardShare: 0.5, missingShare: 0.3 }))]);

    it("abstains without features", () => {
      expect(riskOf(undefined, WEIGHTS, "logistic")).to.equal(undefined);
    });

    it("rises with what the model weighs", () => {
      expectNear(riskOf(calm, WEIGHTS, "logistic"), "calm", 0.0474, 0.0001);
      expectNear(riskOf(silent, WEIGHTS, "logistic"), "silent", 0.8808, 0.0001);
    });

    it("is the missing share where the one-line rule is asked", () => {
      expect(riskOf(silent, WEIGHTS, "participation")).to.equal(0.3);
    });

    it("is that of the worst of three averages where these are asked", () => {
      const worst = Math.max(calm!.missingFast, calm!.inclusionFast, calm!.dispersionFast);

      expectNear(riskOf(calm, WEIGHTS, "ewma"), "calm", 1 / (1 + Math.exp(3 - 2 * worst)), 1e-9);
      expect(worst, "dispersion").to.equal(calm!.dispersionFast);
    });

    it("is certain in an outage", () => {
      expect(riskOf({ ...calm!, gapRounds: OUTAGE_ROUNDS }, WEIGHTS, "logistic")).to.equal(1);
    });
  });

  describe("add-on", () => {
    const at = (step: number, told?: AddOnState["told"]): AddOnState => ({ step, lowSinceMs: undefined, told });
    const told = (addOnBps: bigint, atMs = 0n): AddOnState["told"] => ({ addOnBps, atMs });

    it("says nothing while all is calm", () => {
      expect(decideAddOn(CALM, 0.1, 0n, POLICY)).to.deep.equal({ state: CALM, reportBps: undefined });
    });

    it("rises at once to the step the risk asks for", () => {
      expect(decideAddOn(CALM, 0.3, 0n, POLICY).reportBps, "first").to.equal(250n);
      expect(decideAddOn(CALM, 0.95, 0n, POLICY).reportBps, "last").to.equal(1_000n);
      expect(decideAddOn(at(1, told(250n)), 0.6, MINUTE, POLICY).reportBps, "from the first").to.equal(500n);
    });

    it("never asks for more than the contract takes", () => {
      expect(decideAddOn(CALM, 1, 0n, POLICY).reportBps).to.equal(1_000n);
    });

    it("stays while the risk is only a little lower", () => {
      let state = at(2, told(500n));
      for (let minute = 1n; minute < 10n; minute += 1n) {
        const decision = decideAddOn(state, minute % 2n === 0n ? 0.2 : 0.35, minute * MINUTE, POLICY);
        expect(decision.reportBps, `minute ${minute}`).to.equal(undefined);
        state = decision.state;
      }
      expect(state.step).to.equal(2);
    });

    it("falls one step at a time, each after its dwell", () => {
      let state = at(3, told(1_000n));
      const said: [bigint, bigint][] = [];
      for (let minute = 1n; minute <= 31n; minute += 1n) {
        const decision = decideAddOn(state, 0.01, minute * MINUTE, { ...POLICY, renewMs: 60n * MINUTE });
        state = decision.state;
        if (decision.reportBps === undefined) continue;
        said.push([minute, decision.reportBps]);
        state = { ...state, told: told(decision.reportBps, minute * MINUTE) };
      }
      expect(said).to.deep.equal([
        [11n, 500n],
        [21n, 250n],
        [31n, 0n],
      ]);
    });

    it("renews what holds before it has faded, and calm never", () => {
      expect(decideAddOn(at(1, told(250n)), 0.4, 9n * MINUTE, POLICY).reportBps, "too early").to.equal(undefined);
      expect(decideAddOn(at(1, told(250n)), 0.4, 10n * MINUTE, POLICY).reportBps, "due").to.equal(250n);
      expect(decideAddOn(at(0, told(0n)), 0.1, 100n * MINUTE, POLICY).reportBps, "calm").to.equal(undefined);
    });

    it("says nothing of what it does not know, and counts no dwell", () => {
      const decision = decideAddOn({ ...at(2, told(500n)), lowSinceMs: 0n }, undefined, 60n * MINUTE, POLICY);

      expect(decision.reportBps).to.equal(undefined);
      expect(decision.state).to.deep.equal(at(2, told(500n)));
    });
  });

  describe("alarms", () => {
    const episode = (scores: readonly (number | undefined)[], outages: readonly number[]): ScoredEpisode => ({
      scores,
      known: scores.map((_, round) => outages.some((begins) => round >= begins && round < begins + 10)),
      outages,
    });
    const flat = (length: number, high: (round: number) => boolean): number[] =>
      Array.from({ length }, (_, round) => (high(round) ? 1 : 0));

    it("foresee an outage by the time since they stood without a break", () => {
      const scores = flat(100, (round) => round >= 40 && round < 50 && round !== 44);

      expect(countAlarms([episode(scores, [50])], 0.5, 40)).to.deep.include({ leads: [10], falseAlarms: 0 });
    });

    it("are false when nothing follows, and anew each horizon while they stand", () => {
      const scores = flat(200, (round) => round >= 10 && round < 100);

      expect(countAlarms([episode(scores, [])], 0.5, 40).falseAlarms).to.equal(3);
    });

    it("cannot foresee what they do not precede", () => {
      const count = countAlarms(
        [
          episode(
            flat(100, (round) => round === 10),
            [80],
          ),
        ],
        0.5,
        40,
      );

      expect(count).to.deep.include({ leads: [], falseAlarms: 1, outages: 1 });
    });

    it("take no abstention for an alarm", () => {
      const scores = flat(100, () => true).map((score, round) => (round === 5 ? score : undefined));

      expect(countAlarms([episode(scores, [])], 0.5, 40).falseAlarms).to.equal(1);
    });

    it("keep to a budget with the lowest threshold that does", () => {
      const scores = Array.from({ length: 1_000 }, (_, round) => (round % 100 === 0 ? round / 1_000 : 0));
      const chosen = thresholdAt([episode(scores, [])], 3 / 1_000, 40);

      expect(chosen).to.equal(0.7);
    });

    it("see an outage begin where a row of missing rounds is long enough", () => {
      const published = Array.from(
        { length: 200 },
        (_, round) => !(round >= 50 && round < 57) && !(round >= 100 && round < 108),
      );

      expect(outagesOf(published).outages).to.deep.equal([100]);
    });
  });
});
