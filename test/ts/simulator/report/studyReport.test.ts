// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { assert } from "chai";

import type { StudyResult } from "../../../../scripts/simulator/report/studyShapes.ts";
import { reportOf } from "../../../../scripts/simulator/report/writeReport.ts";
import { studyCommand } from "../../../../scripts/simulator/study/print/commandText.ts";
import { failureRate } from "../../../../scripts/simulator/study/statistics/failureRate.ts";
import { codeOf, HOSTILE } from "./hostile.ts";
import { writeRunFolder } from "./runFolder.ts";
import { breakResult, sweepResult } from "./studies.ts";

describe("Report of studies", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "report-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const studyPage = async (result: StudyResult): Promise<string> => {
    const file = join(folder, "study.json");
    await writeFile(file, JSON.stringify(result));
    return reportOf([file]);
  };

  it("maps a sweep, with the number in each cell beside its colour", async () => {
    const page = await studyPage(sweepResult());

    assert.include(page, "1 of 6 settings failed in some run.");
    assert.include(page, "validators.count across, actors.liquidators.capital down");
    assert.match(page, /class="number heat" style="--heat:100%">60 %</);
    assert.match(page, /style="--heat:0%">0 %</);
    assert.include(page, "badDebt.absolute: ");
    assert.notInclude(page, "badDebt.afterInsurance: ", "the same everywhere");
  });

  it("draws a break point's curve with its band, its interval and its doubts", async () => {
    const page = await studyPage(breakResult());

    assert.include(page, "Fails below 0.612 (95 % interval 0.581 to 0.655); by its upper bound it holds from 0.655");
    assert.include(page, "<title>fitted chance</title>");
    assert.include(page, `class="band liar"`);
    assert.include(page, "failures rise and fall again");
  });

  it("tells Monte Carlo's verdict with the bound of what never failed", async () => {
    const page = await studyPage({
      verb: "mc",
      scenario: "calm",
      seeds: { first: 1, count: 300 },
      target: "p(badDebt.absolute>0)<=1%",
      verdict: "held",
      failures: failureRate(0, 300),
      checkedInvariants: 0,
      brokenInvariants: [],
      metrics: sweepResult().cells[0]!.metrics,
      worst: [{ seed: 7, failed: false, broken: [], values: { "badDebt.absolute": null } }],
    });

    assert.include(page, "Held. Failed 0 of 300 runs: with 95 % confidence at most 0.994 %.");
    assert.include(page, "badDebt.absolute never");
    assert.include(page, "No invariant was looked at.");
  });

  it("marks the differences whose interval holds no zero", async () => {
    const difference = (interval: readonly [number, number]) => ({
      mean: 1,
      interval,
      higher: 2,
      lower: 1,
      equal: 0,
    });
    const page = await studyPage({
      verb: "compare",
      first: "one",
      second: "two",
      seeds: { first: 1, count: 3 },
      failures: { first: failureRate(0, 3), second: failureRate(1, 3), onlyFirst: [], onlySecond: [2] },
      metrics: [
        { metric: "insurance.low", first: 1, second: 2, difference: difference([-1, 3]) },
        { metric: "badDebt.absolute", first: 1, second: 2, difference: difference([0.5, 1.5]) },
      ],
    });

    assert.include(page, "1 of 2 metrics that changed differ beyond chance.");
    assert.include(page, `<tr class="front"><th scope="row">badDebt.absolute`);
    assert.include(page, "Failed only in B: seeds 2.");
  });

  it("draws a calibration's front and tells what ruled the others out", async () => {
    const page = await studyPage({
      verb: "calibrate",
      scenario: "yen-unwind",
      seeds: { first: 1, count: 3 },
      targets: [],
      axes: [{ path: "params.x", lo: 1, hi: 9 }],
      objectives: ["marginBurden", "badDebt.absolute"],
      points: [
        { settings: [2], broken: [], objectives: [0.2, 5], confirmed: true },
        { settings: [1], broken: ["S3"], objectives: [0.1, 900], confirmed: false },
      ],
      front: [0],
    });

    assert.include(page, "Settings that no other beats: 1.");
    assert.include(page, "S3: 1 of the settings");
    assert.include(page, "<title>front</title>");
  });

  it("says how the answer is had again, as it is pasted into a shell", async () => {
    const command = studyCommand(["mc", "yen-unwind", "--target", "p(badDebt.absolute>0)<=1%", "--runs", "3"]);
    const page = await studyPage({ ...sweepResult(), command });

    assert.include(page, "<h2>How to reproduce</h2>");
    assert.include(page, "ballast simulate mc yen-unwind --target &#39;p(badDebt.absolute&gt;0)&lt;=1%&#39; --runs 3");
    assert.notInclude(await studyPage(sweepResult()), "How to reproduce", "nobody typed a command");
  });

  it("puts several results on one page, in the order given", async () => {
    await writeRunFolder(join(folder, "run"));
    await writeFile(join(folder, "break.json"), JSON.stringify(breakResult()));
    const page = await reportOf([join(folder, "break.json"), join(folder, "run")]);

    assert.include(page, "<h1>2 results</h1>");
    assert.isBelow(page.indexOf("<h2>Break point of yen-unwind"), page.indexOf("<h2>plain, seed 1</h2>"));
    assert.include(page, "<h3>Losses</h3>");
  });

  it("is refused with a code for what no study wrote", async () => {
    const file = join(folder, "study.json");
    const sweep = sweepResult();
    for (const text of ["{", "{}", `{"verb":"mc"}`, JSON.stringify({ ...sweep, cells: sweep.cells.slice(1) })]) {
      await writeFile(file, text);
      assert.equal(await codeOf(reportOf([file])), "studyUnreadable", text.slice(0, 20));
    }
  });

  it("takes all text of a study as text", async () => {
    const page = await studyPage({ ...breakResult(), scenario: HOSTILE, target: HOSTILE, warnings: [HOSTILE] });

    assert.notInclude(page, "<script");
    assert.notInclude(page, "<img");
  });
});
