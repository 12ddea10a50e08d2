// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { NODE_FLAGS } from "../../../../scripts/simulator/nodeFlags.ts";
import { readSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { compareRuns } from "../../../../scripts/simulator/run/compareRuns.ts";

const BALLAST = fileURLToPath(new URL("../../../../scripts/cli/ballast.ts", import.meta.url));
/** Ten minutes with everybody in them, of which the expectation is more than they can give. */
const SCENARIO = `
version: 1
name: ten-minutes
duration: 10m
seed: 5
feeds: [{ id: ETH-USD, path: [[0, 3000], [10, 2970, 0.8]] }]
validators: { count: 4 }
actors:
  writers: { count: 2 }
  buyers: { count: 1 }
  liquidators: { count: 0, capital: 0 }
  providers: { count: 0, deposit: 0 }
expect: { price.rounds: { min: 1000 } }
`;
/** The block that ends a run is so far after the scenario's begin. */
const BLOCKS = 3;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("ballast simulate run and replay, from a folder of one's own", function () {
  this.timeout(240_000);
  let home = "";
  let first: Ended;

  /** Runs `ballast simulate …` in the folder, as somebody does who has it on his path. */
  const simulate = (...args: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const command = [...NODE_FLAGS, BALLAST, "simulate", ...args];
      execFile(process.execPath, command, { cwd: home }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    });
  const summaryOf = async (folder: string): Promise<RunSummary> =>
    readSummary(JSON.parse(await readFile(join(home, folder, "summary.json"), "utf8")), folder);

  before(async () => {
    home = await mkdtemp(join(tmpdir(), "ballast run "));
    await writeFile(join(home, "mine.yaml"), SCENARIO);
    first = await simulate("run", "mine.yaml", "--seed", "7", "--out", "left over");
  });
  after(() => rm(home, { recursive: true, force: true }));

  it("leaves everything in the folder that it was told", async () => {
    expect(first.stderr).to.equal("");
    expect((await readdir(join(home, "left over"))).sort()).to.deep.equal([
      "accounts.csv",
      "events.jsonl",
      "manifest.json",
      "report.html",
      "series.csv",
      "summary.json",
      "verdicts.json",
    ]);
    const { scenario, seed, simulatedSeconds, blocks } = await summaryOf("left over");
    expect([scenario, seed, simulatedSeconds, blocks]).to.deep.equal(["ten-minutes", 7, 600, 51]);
  });

  it("ends with 1 when an expectation is not met, and prints the command that plays it again", async () => {
    expect(first.code).to.equal(1);
    expect(first.stdout).to.match(/^ten-minutes, seed 7: broken/);
    const command = "ballast simulate replay 'left over'";
    expect(first.stdout).to.contain(command);
    const { replay } = JSON.parse(await readFile(join(home, "left over", "manifest.json"), "utf8")) as {
      replay: string;
    };
    expect(replay).to.equal(command);
    expect(await readFile(join(home, "left over", "report.html"), "utf8")).to.contain("simulate replay");
  });

  it("is the same byte by byte when it is played again", async () => {
    const { code, stdout, stderr } = await simulate("replay", "left over", "--out", "again");
    expect(stdout + stderr).to.equal("The same, byte by byte.\n");
    expect(code).to.equal(0);
    expect(await compareRuns(join(home, "left over"), join(home, "again"))).to.deep.equal([]);
  });

  it("plays to a block and no further, and tells in JSON", async () => {
    const { code, stdout } = await simulate("replay", "left over", "--until", String(await lastBlock()), "--json");
    const { differences, summary } = JSON.parse(stdout) as { differences: unknown[]; summary: RunSummary };
    expect(differences).to.deep.equal([]);
    expect(summary.blocks, "the first is the one at the scenario's begin").to.equal(BLOCKS + 1);
    expect(code, "what was not played to its end is not compared").to.equal(0);
  });

  it("names the first line that is not the same", async () => {
    await mkdir(join(home, "other"));
    await cp(join(home, "left over"), join(home, "other"), { recursive: true });
    const file = join(home, "other", "events.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    await writeFile(file, [lines[0], lines[1]!.replace('"at":', '"at":9'), ...lines.slice(2)].join("\n"));
    const [difference, ...more] = await compareRuns(join(home, "left over"), join(home, "other"));
    expect(more).to.deep.equal([]);
    expect(difference).to.deep.include({ file: "events.jsonl", line: 2, before: lines[1]!.slice(0, 200) });
    expect(difference!.again).to.match(/^\{"at":9/);
  });

  it("names the line after the last where one folder holds more", async () => {
    await mkdir(join(home, "shorter"));
    await cp(join(home, "left over"), join(home, "shorter"), { recursive: true });
    const file = join(home, "shorter", "events.jsonl");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    await writeFile(
      file,
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(""),
    );
    const [difference] = await compareRuns(join(home, "left over"), join(home, "shorter"));
    expect(difference).to.deep.include({ file: "events.jsonl", line: lines.length, again: "" });
  });

  it("ends with 2 for a parameter that nobody can set on a chain, and leaves nothing", async () => {
    const set = ["--set", "params.auction.solventSeconds=100"];
    const { code, stderr } = await simulate("run", "mine.yaml", ...set, "--out", "coded");
    expect(code).to.equal(2);
    expect(stderr).to.contain("notOnChain").and.to.contain("auction.solventSeconds");
    expect(await readdir(home)).not.to.include("coded");
  });

  it("ends with 2 for a folder that holds no run", async () => {
    const { code, stderr } = await simulate("replay", "nowhere");
    expect(code).to.equal(2);
    expect(stderr).to.contain("holds no run");
  });

  it("plays studies on the chain from there too", async () => {
    const set = ["--set", "duration=1m", "--set", "expect={}", "--set", "actors.writers.count=0"];
    const { code, stdout } = await simulate("mc", "mine.yaml", ...set, "--runs", "1", "--tier", "chain", "--json");
    expect(code).to.equal(0);
    expect((JSON.parse(stdout) as { failures: object }).failures).to.include({ failures: 0, trials: 1 });
  });

  /** Height at which a run is to end, by the blocks that it told of. */
  async function lastBlock(): Promise<number> {
    const series = await readFile(join(home, "left over", "series.csv"), "utf8");
    const [, begin] = series.split("\n")[1]!.split(",");
    return Number(begin) + BLOCKS;
  }
});
