// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { axisOf, parseGridAxis, parseRange } from "../../../../scripts/simulator/study/axes.ts";
import { calibrate } from "../../../../scripts/simulator/study/calibrate.ts";
import { compareScenarios } from "../../../../scripts/simulator/study/compareScenarios.ts";
import { findBreak } from "../../../../scripts/simulator/study/findBreak.ts";
import { objectiveOf } from "../../../../scripts/simulator/study/objectives.ts";
import { monteCarlo } from "../../../../scripts/simulator/study/monteCarlo.ts";
import {
  breakText,
  calibrateText,
  compareText,
  monteCarloText,
} from "../../../../scripts/simulator/study/print/studyText.ts";
import { sweepText } from "../../../../scripts/simulator/study/print/sweepText.ts";
import { readDocument, resolveDocument } from "../../../../scripts/simulator/study/scenarioDocument.ts";
import { sweep } from "../../../../scripts/simulator/study/sweep.ts";
import { parseTarget } from "../../../../scripts/simulator/study/target/parseTarget.ts";
import { runOne } from "./plantedRunner.ts";
import { plainSummary } from "./plainSummary.ts";
import { playHere } from "./playHere.ts";

const SCENARIO = `
version: 1
name: gap
duration: 2h
feeds: [{ id: ETH-USD, path: [[0, 2000]] }]
faults: [{ type: market.gap, at: 30m, with: { multiply: 0.9 } }]
`;
const scenario = readDocument(SCENARIO, "gap.yaml", { readFile: () => "", overrides: [] });
const GAP = "faults.0.with.multiply";
const DEBT_FREE = parseTarget("badDebt.afterInsurance<=0");

const runHere = playHere(runOne);

describe("Texts of studies", () => {
  it("mc: how many invariants were looked at, and which broke in which seed", async () => {
    const play = async (invariants: RunSummary["invariants"]) =>
      monteCarloText(
        await monteCarlo({ scenario, seeds: { first: 5, count: 2 } }, async (orders, digest) =>
          Promise.resolve(orders.map((order) => digest(plainSummary({ invariants }), order))),
        ),
      );

    expect(await play([])).to.match(/\nno invariant was looked at\n/);
    expect(await play([{ id: "S1", held: true, checks: 3 }])).to.match(/\ninvariants looked at: 1, all held\n/);
    expect(await play([{ id: "S10", held: false, checks: 3 }, { id: "L2", held: false, checks: 1 }])) // prettier-ignore
      .to.match(/\nbroken invariants: S10 in 2 \(first with seed 5\), L2 in 2 \(first with seed 5\)\n/);
  });

  it("sweep: one axis is a table of cells", async () => {
    const plan = { scenario, axes: [parseGridAxis(`${GAP}=0.4:0.8:3`)], seeds: { first: 1, count: 4 } };
    const text = sweepText(await sweep(plan, runHere), ["failureRate", "badDebt.absolute"]);

    expect(text).to.match(/^gap: 3 cells, 4 seeds from 1 each; failures by the run's own verdict\n/);
    expect(text).to.match(/\n {2}0\.4 +4 of 4 runs: 100 %, 95 % interval 51 % to 100 % +500\n/);
    expect(text).to.match(/\n {2}0\.8 +0 of 4 runs: with 95 % confidence at most 52\.7 % +0\n/);
  });

  it("sweep: two axes are a map", async () => {
    const axes = [parseGridAxis("validators.count=7:9:2"), parseGridAxis(`${GAP}=0.4:0.8:2`)];
    const text = sweepText(await sweep({ scenario, axes, seeds: { first: 1, count: 2 } }, runHere), ["failureRate"]);

    expect(text).to.match(/failureRate: validators\.count down, faults\.0\.with\.multiply across\n/);
    expect(text).to.match(/\n +0\.4 +0\.8\n {2}7 +100 % +0 %\n {2}9 +100 % +0 %\n/);
  });

  it("compare: what differs, by how much, and in which seeds", async () => {
    const second = readDocument(SCENARIO, "gap.yaml", { readFile: () => "", overrides: [`${GAP}=0.4`, "name=deep"] });
    const text = compareText(
      await compareScenarios({ first: scenario, second, seeds: { first: 1, count: 3 } }, runHere),
    );

    expect(text).to.match(/^A gap, B deep: 3 seeds from 1, the same for both\n/);
    expect(text).to.match(/\nfailed only in B: seed 1, seed 2, seed 3\n/);
    expect(text).to.match(/\n {2}badDebt\.absolute +0 +500 +\+500 +\+500 to \+500 +3\/0\/0\n/);
  });

  it("break: what was found along the axis, durations as such", async () => {
    const axis = axisOf(GAP, "0.3", "0.9", false);
    const base = { scenario, axis, target: DEBT_FREE, firstSeed: 1, runs: 60, points: 5, tolerance: 0.01 };
    const text = breakText(await findBreak(base, runHere));
    expect(text).to.match(/ along faults\.0\.with\.multiply from 0\.3 to 0\.9, \d+ runs, bisection\n/);
    expect(text).to.match(/\nholds from 0\.[56]\d+, fails up to 0\.[56]\d+\n/);

    const lasting = await findBreak({ ...base, axis: axisOf("duration", "2h", "3h", false) }, runHere);
    expect(breakText(lasting)).to.match(/from 7200 s to 10800 s, 5 runs, bisection\nholds all along\n/);
  });

  it("calibrate: the front, and what the others broke", async () => {
    const axes = [parseRange("params.margin.quote.initialShockBps=1500:4000"), parseRange(`${GAP}=0.4:0.9`)];
    const objectives = ["marginBurden", "badDebt.absolute"].map((name) => objectiveOf(name, resolveDocument));
    const plan = { scenario, axes, points: 12, seeds: { first: 1, count: 1 }, targets: [DEBT_FREE], objectives };
    const result = await calibrate(plan, runHere);
    const text = calibrateText(result);

    expect(text).to.match(/\n\d+ hold; broken: badDebt\.afterInsurance<=0 by \d+\n/);
    expect(text).to.match(/none of these is beaten in all of marginBurden, badDebt\.absolute\n/);
    expect(
      result.points.every(({ settings }) => Number.isInteger(settings[0])),
      "whole basis points",
    ).to.equal(true);
    expect(result.front.length, "the least margin of those that lose nothing").to.equal(1);
    const held = result.points.filter(({ broken }) => broken.length === 0);
    expect(result.points[result.front[0]!]!.objectives[0]).to.equal(
      Math.min(...held.map(({ objectives: [burden] }) => burden!)),
    );
  });
});
