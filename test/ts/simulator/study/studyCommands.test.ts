// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { NODE_FLAGS } from "../../../../scripts/simulator/nodeFlags.ts";
import type { CalibrateResult } from "../../../../scripts/simulator/study/calibrate.ts";
import type { BreakResult } from "../../../../scripts/simulator/study/findBreak.ts";
import type { MonteCarloResult } from "../../../../scripts/simulator/study/monteCarlo.ts";
import { readDocument } from "../../../../scripts/simulator/study/scenarioDocument.ts";
import { runOne } from "./plantedRunner.ts";

const PROGRAM = fileURLToPath(new URL("studyProgram.ts", import.meta.url));
const SIMULATE = fileURLToPath(new URL("../../../../scripts/cli/simulate.ts", import.meta.url));
const SCENARIO = `
version: 1
name: gap
duration: 2h
feeds: [{ id: ETH-USD, path: [[0, 2000]] }]
actors: { writers: { count: 12 } }
faults:
  - { type: market.gap, at: 30m, with: { multiply: 0.9 } }
`;
const FAILING = `${SCENARIO}
  - { type: oracle.silent, target: one, at: 10m, for: 20m }
  - { type: chain.finalityStall, at: 10m, for: 20m }
  - { type: keeper.slow, target: keepers, at: 10m, for: 20m }
`;

const isAlive = (id: number): boolean => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("Commands of studies", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "study-"));
    await writeFile(join(folder, "gap.yaml"), SCENARIO);
    await writeFile(join(folder, "failing.yaml"), FAILING);
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const start = (...given: readonly string[]) => startOf(PROGRAM, ...given);
  const startOf = (program: string, ...given: readonly string[]) =>
    spawn(process.execPath, [...NODE_FLAGS, program, ...given], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const play = async (...given: readonly string[]): Promise<Ended> => endOf(start(...given));
  const endOf = async (child: ReturnType<typeof start>): Promise<Ended> => {
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child, "close");
    return { code: child.exitCode, stdout, stderr };
  };

  it("mc prints a table, says whether the target held by its exit code, and nothing else where nobody watches", async () => {
    const given = ["mc", "gap.yaml", "--runs", "80", "--workers", "2"];
    const held = await play(...given, "--target", "p(badDebt.afterInsurance>0)<=5%");

    expect(held.stderr).to.equal("");
    expect(held.stdout).to.match(/^gap: 80 seeds from 42\ntarget p\(badDebt\.afterInsurance>0\)<=5%: held\n/);
    expect(held.stdout).to.match(/failed 0 of 80 runs: with 95 % confidence at most 3\.68 %/);
    expect(held.stdout).to.match(/badDebt\.afterInsurance +0 +0 +0 +0 +0 +0\n/);
    expect(held.code).to.equal(0);

    const target = "p(badDebt.afterInsurance>0)<=5%";
    const broken = await play(...given, "--set", "faults.0.with.multiply=0.6", "--target", target, "--json");
    const result = JSON.parse(broken.stdout) as MonteCarloResult;
    expect(result.verdict).to.equal("broken");
    expect(result.failures.low).to.be.below(0.5);
    expect(result.failures.high).to.be.above(0.5);
    expect(broken.code).to.equal(1);
  });

  it("break finds the known place, and writes what a report draws", async () => {
    const given = ["--param", "faults.0.with.multiply", "--lo", "0.3", "--hi", "0.9", "--out", "break.json"];
    const target = ["--target", "p(badDebt.afterInsurance>0)<=10%"];
    const { stdout, code } = await play("break", "gap.yaml", ...given, ...target, "--workers", "2");

    expect(code).to.equal(0);
    expect(stdout).to.match(
      /\nfails below 0\.6\d+ \(95 % interval 0\.\d+ to 0\.\d+\); by its upper bound it holds from 0\./,
    );
    const { outcome, curve } = JSON.parse(await readFile(join(folder, "break.json"), "utf8")) as BreakResult;
    if (outcome.kind !== "at") throw new Error(`the outcome is ${outcome.kind}`);
    const truth = 0.6 + 0.03 * Math.log(9);
    expect(outcome.low).to.be.below(truth);
    expect(outcome.high).to.be.above(truth);
    expect(curve.length).to.equal(41);
  });

  it("shrink writes a smaller scenario that still fails, of a file or of a run's folder", async () => {
    const document = readDocument(FAILING, "failing.yaml", { readFile: () => "", overrides: [] });
    await mkdir(join(folder, "run"));
    await writeFile(join(folder, "run", "manifest.json"), JSON.stringify({ document, seed: 42, versions: {} }));
    const shrunk = await play("shrink", "run", "--file", "small.yaml", "--workers", "2");
    expect(shrunk.stdout).to.match(/still breaks S3 after \d+ runs/);
    expect(shrunk.stdout).to.match(/actors\.writers\.count +12 +7\n/);
    const text = await readFile(join(folder, "small.yaml"), "utf8");
    expect(text.match(/type: .*/g)).to.deep.equal(["type: oracle.silent", "type: keeper.slow"]);
    const order = { scenario: readDocument(text, "small.yaml", { readFile: () => "", overrides: [] }), seed: 42 };
    expect((await runOne(order)).verdict).to.equal("broken");
  });

  it("calibrate plays the front again in the tier that confirms", async () => {
    const range = ["--param", "faults.0.with.multiply=0.5:1", "--target", "badDebt.afterInsurance<=0"];
    const rest = ["--points", "12", "--seeds", "1", "--burden", "keepers.backlogPeak", "--json"];
    const gaps = async (...given: readonly string[]): Promise<number[]> => {
      const { stdout } = await play("calibrate", "gap.yaml", ...range, ...rest, ...given);
      const { points, front } = JSON.parse(stdout) as CalibrateResult;
      return front.map((index) => Number(points[index]!.settings[0]));
    };

    expect(Math.min(...(await gaps())), "screened").to.be.below(0.7);
    expect(Math.min(...(await gaps("--confirm", "strict"))), "confirmed").to.be.above(0.7);
  });

  it("are verbs of `ballast simulate`, over the library and the fast tier", async () => {
    const given = ["mc", "yen-unwind", "--runs", "2", "--set", "duration=3h", "--json"];
    const { code, stdout, stderr } = await endOf(startOf(SIMULATE, ...given));

    expect(code, stderr).to.equal(0);
    const { scenario, failures, metrics } = JSON.parse(stdout) as MonteCarloResult;
    expect([scenario, failures.trials]).to.deep.equal(["yen-unwind", 2]);
    expect(metrics["price.rounds"]!.min, "rounds in three hours").to.be.above(30);
  });

  for (const [problem, given] of [
    ["a target that is none", ["mc", "gap.yaml", "--runs", "3", "--target", "badDebt.afterInsurance<=x"]],
    ["a missing grid", ["sweep", "gap.yaml"]],
    ["a value that the scenario refuses", ["mc", "gap.yaml", "--runs", "3", "--set", "validators.count=x"]],
    ["a place of the axis that it refuses", ["sweep", "gap.yaml", "--grid", "faults.0.with.multiply=-9:9:3"]],
  ] as const)
    it(`end with 2 and one line about ${problem}`, async () => {
      const { code, stderr, stdout } = await play(...given);

      expect(code, stderr).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr.trim().split("\n").length, stderr).to.equal(1);
    });

  for (const [how, signal, code] of [
    ["interrupted", "SIGINT", 130],
    ["killed", "SIGKILL", null],
  ] as const)
    it(`end their workers when they are ${how}`, async () => {
      const child = start(
        "mc",
        "failing.yaml",
        "--set",
        "faults.0.type=chain.halt",
        "--set",
        "faults.0.with={}",
        "--runs",
        "9",
      );
      const children = async (): Promise<number[]> => {
        const text = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
        return text.trim().split(" ").filter(Boolean).map(Number);
      };
      // Two workers and who watches over them.
      while ((await children()).length < 3) await wait(20);
      const started = await children();

      child.kill(signal);
      await once(child, "close");

      expect(child.exitCode).to.equal(code);
      while (started.some(isAlive)) await wait(20); // or the test runs into its timeout
    });
});
