// SPDX-License-Identifier: MIT
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "chai";

import { readSummary } from "../../../scripts/simulator/record/RunSummary.ts";
import type { RunSummary } from "../../../scripts/simulator/record/RunSummary.ts";
import { freshFolder, runToEnd } from "../programs/support/startProgram.ts";
import type { FinishedProgram } from "../programs/support/startProgram.ts";

/** The first of the demonstration's stories in half an hour, with nobody but the programs and two writers. */
const SHORT = `
extends: demonstration
name: short-demonstration
duration: 30m
feeds: [{ id: ETH-USD, path: [[0, 3000], [30, 3010, 0.4]] }]
markets: [{ feed: ETH-USD, collateral: USDC }]
vaults: []
actors: { writers: { count: 2 }, buyers: { count: 1 }, liquidators: { count: 1 }, providers: { count: 1 } }
faults:
  - { name: silent, type: oracle.silent, target: [validator-1], at: 2m, for: 5m }
  - { name: liar, type: oracle.value, target: [validator-2], at: 6m, for: 8m, with: { multiply: 1.6 } }
  - { name: two votes, type: oracle.equivocate, target: [validator-3], at: 18m, for: 5m }
expect:
  price.rounds: { min: 5 }
  settlement.rungs.window: null
  liquidations.count: null
  modes.secondsIn.reduceOnly: null
`;
/** A calm minute that is expected to be none. */
const DISAPPOINTED = `
extends: demonstration
name: disappointed-demonstration
duration: 1m
vaults: []
faults: []
expect: { price.rounds: null, slashing.byzantine: null, settlement.rungs.window: null, modes.secondsIn.reduceOnly: null }
`;
const FILES = [
  "manifest.json",
  "events.jsonl",
  "series.csv",
  "accounts.csv",
  "summary.json",
  "verdicts.json",
  "report.html",
] as const;

describe("npm start", function () {
  this.timeout(600_000);

  describe("a demonstration in which all holds", () => {
    let folder: string;
    let ended: FinishedProgram;
    let summary: RunSummary;

    before(async () => {
      [folder, ended] = await play(SHORT);
      summary = readSummary(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")), "summary.json");
    });

    it("ends with 0, says first that it held, and last where the report is", () => {
      assert.equal(ended.code, 0, ended.stderr);
      assert.match(ended.stdout, /^short-demonstration, seed 42: held \(\d+ blocks, 0\.5 h\)\n/);
      assert.match(ended.stdout, /report: \S+report\.html \(\d+ s\)\n$/);
    });

    it("leaves every file of a run", async () => {
      for (const file of FILES) assert.notEqual(await readFile(join(folder, file), "utf8"), "", file);
    });

    it("liars are slashed and nobody else is; prices stay those of the honest", () => {
      const losers = new Set(summary.slashing.events.map(({ validator }) => validator));
      assert.deepEqual([...losers], ["validator-2", "validator-3"]);
      assert.equal(summary.slashing.honest, 0);
      assert.isBelow(summary.price.errorBps.max, 100);
    });

    it("tells it in words, hour by hour, with the faults and what came of them", () => {
      assert.match(ended.stdout, /\n {2}04:00 {2}ETH-USD [\d,.]+ to [\d,.]+, \d+ rounds/);
      assert.match(ended.stdout, /04:06 {2}fault begins: liar \(oracle\.value at validator-2\)/);
      assert.include(ended.stdout, "validator-2 is jailed");
      assert.include(ended.stdout, "validator-3 is out for good");
    });

    it("shows every account's result, and that they add up to nothing", () => {
      const [, sum] = /\n {2}sum +(-?[\d.]+)\n/.exec(ended.stdout)!;
      assert.isAtMost(Math.abs(Number(sum)), 0.1);
      for (const name of ["buyer-1", "writer-2", "insurance and fees"]) assert.include(ended.stdout, `\n  ${name} `);
    });
  });

  it("ends with 1 where something did not hold, and says what", async () => {
    const [, { code, stdout }] = await play(DISAPPOINTED);
    assert.equal(code, 1);
    assert.match(stdout, /^disappointed-demonstration, seed 42: broken/);
    assert.include(stdout, "BROKEN  liquidations.count is 0");
  });

  it("ends with 2 for a scenario that there is not, and plays nothing", async () => {
    const { code, stdout, stderr } = await runToEnd("demo", ["--scenario", "demonstrtion"]);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.include(stderr, "scenarioUnreadable");
  });

  it("names its options", async () => {
    const { code, stdout } = await runToEnd("demo", ["--help"]);
    assert.equal(code, 0);
    for (const option of ["--seed", "--scenario", "--out"]) assert.include(stdout, option);
  });
});

async function play(scenario: string): Promise<[string, FinishedProgram]> {
  const folder = await freshFolder();
  const file = join(folder, "scenario.yaml");
  await writeFile(file, scenario);
  return [folder, await runToEnd("demo", ["--scenario", file, "--out", folder])];
}
