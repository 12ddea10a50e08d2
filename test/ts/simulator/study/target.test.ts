// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { failureRate } from "../../../../scripts/simulator/study/statistics/failureRate.ts";
import {
  metricKind,
  NUMBER_METRICS,
  numbersOf,
  readMetric,
} from "../../../../scripts/simulator/study/target/metricPaths.ts";
import { parseTarget } from "../../../../scripts/simulator/study/target/parseTarget.ts";
import { failsTarget, judgeTarget } from "../../../../scripts/simulator/study/target/Target.ts";
import { plainSummary } from "./plainSummary.ts";

const INDEBTED = plainSummary({ badDebt: { absolute: 9, shareOfOpenInterest: 0.01, afterInsurance: 5 } });

describe("Targets of studies", () => {
  describe("metrics", () => {
    it("are every number of a summary, and lengths of its lists", () => {
      expect(NUMBER_METRICS).to.include.members([
        "badDebt.afterInsurance",
        "liquidations.latencyBlocks.p95",
        "modes.secondsIn.reduceOnly",
        "modes.transitions.length",
        "settlement.haircuts.length",
        "keepers.profit",
        "recoverySeconds",
      ]);
      expect(NUMBER_METRICS).not.to.include("seed");
      const numbers = numbersOf(plainSummary());
      expect(numbers.length).to.equal(NUMBER_METRICS.length);
      const never = NUMBER_METRICS.filter((_, place) => !Number.isFinite(numbers[place]));
      expect(never).to.deep.equal(["liquidations.lowestPaidShare", "slashing.capture.firstSeconds"]);
      expect(numbers[NUMBER_METRICS.indexOf("price.rounds")]).to.equal(240);
    });

    it("are read by their path: invariants by id, rungs by name, what never came as more than any number", () => {
      const summary = plainSummary({
        invariants: [{ id: "S3", held: false, checks: 4 }],
        settlement: { series: 3, rungs: { witness: 2 }, delaySeconds: { max: 5 }, haircuts: [0.1] },
        recoverySeconds: null,
      });

      const read = (path: string) => readMetric(summary, path);
      expect(read("invariants.S3.held")).to.equal(false);
      expect(read("invariants.S8.held"), "never looked at").to.equal(true);
      expect(read("settlement.rungs.witness")).to.equal(2);
      expect(read("settlement.rungs.median"), "used by no series").to.equal(0);
      expect(read("settlement.haircuts.length")).to.equal(1);
      expect(read("recoverySeconds")).to.equal(Infinity);
      expect(read("verdict")).to.equal("held");
    });

    for (const [path, hint] of [
      ["badDebt.afterinsurance", /badDebt has absolute, shareOfOpenInterest, afterInsurance/],
      ["badDebt", /badDebt has absolute/],
      ["liquidation.count", /a summary has scenario, seed/],
      ["invariants.S16.held", /S1 to S15/],
      ["badDebt.absolute.max", /is a value of its own/],
      ["modes.secondsIn.paused", /has normal, cautious/],
    ] as const)
      it(`do not include ${path}, and the refusal tells what there is`, () => {
        expect(() => metricKind(path))
          .to.throw(hint)
          .with.property("code", "metricUnknown");
      });
  });

  describe("of every run", () => {
    const fails = (text: string): boolean => failsTarget(parseTarget(text), INDEBTED);

    it("fail where the comparison does not hold", () => {
      expect(fails("badDebt.afterInsurance<=0")).to.equal(true);
      expect(fails("badDebt.afterInsurance <= 5")).to.equal(false);
      expect(fails("badDebt.shareOfOpenInterest < 2%")).to.equal(false);
      expect(fails("verdict=held")).to.equal(false);
      expect(fails("invariants.S1.held != true")).to.equal(true);
      expect(fails("keepers.profit >= -3.5")).to.equal(false);
    });

    it("join clauses by and before or", () => {
      expect(fails("badDebt.absolute>100 and exits.refused=0 or verdict=held"), "(false and true) or true").to.equal(
        false,
      );
      expect(fails("verdict=held and badDebt.absolute>100 or exits.refused>0")).to.equal(true);
    });

    it("are met by no run that never recovered", () => {
      expect(failsTarget(parseTarget("recoverySeconds<=1e9"), plainSummary({ recoverySeconds: null }))).to.equal(true);
    });

    it("are broken by a single run", () => {
      const target = parseTarget("badDebt.afterInsurance<=0");

      expect(judgeTarget(target, failureRate(0, 3))).to.equal("held");
      expect(judgeTarget(target, failureRate(1, 3))).to.equal("broken");
    });
  });

  describe("of a share of runs", () => {
    it("count the runs in which the condition holds, up to a share", () => {
      const target = parseTarget("p(badDebt.afterInsurance>0) <= 1%");

      expect(target.limit).to.equal(0.01);
      expect(failsTarget(target, INDEBTED)).to.equal(true);
      expect(failsTarget(target, plainSummary())).to.equal(false);
    });

    it("are the same the other way round", () => {
      const target = parseTarget("p(badDebt.afterInsurance=0) >= 0.75");

      expect(target.limit).to.equal(0.25);
      expect(failsTarget(target, INDEBTED)).to.equal(true);
      expect(failsTarget(target, plainSummary())).to.equal(false);
    });

    it("are held or broken only when enough runs say so", () => {
      const target = parseTarget("p(verdict=broken)<=1%");

      expect(judgeTarget(target, failureRate(0, 100)), "at most 3 %").to.equal("open");
      expect(judgeTarget(target, failureRate(0, 300))).to.equal("held");
      expect(judgeTarget(target, failureRate(1, 100)), "0.2 to 5 %").to.equal("open");
      expect(judgeTarget(target, failureRate(9, 100)), "5 to 16 %").to.equal("broken");
    });
  });

  describe("that are none", () => {
    for (const [text, position, reason] of [
      ["", 1, "expected a metric"],
      ["badDebt.afterInsurance", 23, "expected a comparison"],
      ["badDebt.afterInsurance<=", 25, "expected a number"],
      ["badDebt.afterInsurance<=x", 25, "expected a number"],
      ["badDebt.afterInsurence<=0", 1, "No metric is called badDebt.afterInsurence"],
      ["badDebt.afterInsurance<=0 und verdict=held", 27, "expected `and`, `or` or the end"],
      ["badDebt.afterInsurance<=0 and", 30, "expected a metric"],
      ["verdict=fine", 9, "expected held or broken"],
      ["verdict<held", 8, "only compared by = and !="],
      ["p(badDebt.absolute>0", 21, "expected `and`, `or` or )"],
      ["p(badDebt.absolute>0)=1%", 22, "expected <= or >="],
      ["p(badDebt.absolute>0)<=0%", 24, "above 0 and below 100 %"],
      ["p(badDebt.absolute>0)<=1% $", 27, "expected the end"],
    ] as const)
      it(`are refused with the position: ${text === "" ? "nothing" : text}`, () => {
        expect(() => parseTarget(text))
          .to.throw(reason)
          .with.deep.include({ code: "targetInvalid", context: { target: text, position } });
      });
  });
});
