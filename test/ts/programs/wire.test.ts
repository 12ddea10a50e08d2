// SPDX-License-Identifier: MIT
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { assert } from "chai";
import { z } from "zod";

import { lockFolder } from "../../../scripts/chain/lockFolder.ts";
import { readSummary } from "../../../scripts/simulator/record/RunSummary.ts";
import type { RunSummary } from "../../../scripts/simulator/record/RunSummary.ts";
import { freshFolder, launch, runToEnd } from "./support/startProgram.ts";
import type { FinishedProgram } from "./support/startProgram.ts";

/** One lies all the time, one is killed and comes back, options are sold, and one that somebody wrote ends. */
const SCENARIO = `
version: 1
name: four-minutes
duration: 5m
seed: 5
chain: { start: 2026-01-02T07:59:00Z }
feeds: [{ id: ETH-USD, path: [[0, 3000], [10, 2900]] }]
validators: { count: 4 }
markets:
  - { feed: ETH-USD, expiries: [2026-01-02T08:00:00Z] }
  - { feed: ETH-USD, collateral: ETH, expiries: [2026-01-03T08:00:00Z] }
actors:
  writers: { count: 6 }
  buyers: { count: 1 }
  liquidators: { count: 0, capital: 0 }
  providers: { count: 0, deposit: 0 }
faults:
  - { type: market.dustBooks, target: [ETH-USD/USDC], with: { count: 1 } }
  - { type: oracle.value, target: [validator-2], with: { multiply: 1.5 } }
  - { type: validator.restart, target: [validator-3], at: 60s, for: 20s }
  - { type: venue.outage, target: [venue-1], at: 280s }
expect:
  settlement.series: { min: 1 }
  price.rounds: { min: 2 }
  slashing.byzantine: { min: 1 }
  opens.attempted: { min: 1 }
  opens.refused: { max: 0 }
`;
const FOR = "230s";
const LOOK_MS = 100;
const guardShape = z.object({ entries: z.array(z.object({ round: z.string().transform(Number) })) });
const ROUND_SECONDS = 15;
const START = Date.UTC(2026, 0, 2, 7, 59) / 1000;

describe("ballast simulate run --wire", function () {
  this.timeout(600_000);
  let home: string;
  let scenario: string;

  before(async () => {
    home = await freshFolder();
    scenario = join(home, "mine.yaml");
    await writeFile(scenario, SCENARIO);
  });

  /** Everybody who had a folder of data has let go of it: nobody runs any more. */
  async function assertAllEnded(processes: string): Promise<void> {
    for (const name of await readdir(join(processes, "data"))) lockFolder(join(processes, "data", name))();
  }

  describe("with a liar, and a validator that is killed and started again", () => {
    let ended: FinishedProgram;
    let summary: RunSummary;
    let folder: string;

    before(async () => {
      folder = join(home, "held");
      ended = await runToEnd("ballast", ["simulate", "run", scenario, "--wire", "--for", FOR, "--out", folder]);
      assert.notInclude([2, 3], ended.code, ended.stderr);
      summary = readSummary(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")), folder);
    });

    it("holds every promise, those too that only processes can break", () => {
      const broken = summary.invariants.filter(({ held }) => !held);
      assert.deepEqual(broken, [], ended.stdout);
      assert.includeMembers(
        summary.invariants.map(({ id }) => id),
        ["S5", "S8", "L6", "W1", "W2", "W3"],
      );
      assert.equal(summary.verdict, "held", ended.stdout);
      assert.equal(ended.code, 0);
      assert.equal(summary.slashing.honest, 0);
    });

    it("is quiet where nobody watches, and says what it left out and how it is played again", () => {
      assert.equal(ended.stderr, "");
      assert.include(ended.stdout, "Not reached: venue.outage-1");
      assert.include(ended.stdout, `again: ballast simulate run ${folder}/scenario.json --wire --for 230s`);
    });

    it("has the killed one back on its disk: it remembers what it signed before, and signs on", async () => {
      const { entries } = guardShape.parse(
        JSON.parse(await readFile(join(folder, "processes", "data", "validator-3", "guard.json"), "utf8")),
      );
      const seconds = entries.map(({ round }) => round * ROUND_SECONDS - START);
      assert.isTrue(
        seconds.some((at) => at < 60),
        "before",
      );
      assert.isFalse(
        seconds.some((at) => at > 60 && at < 80),
        "meanwhile",
      );
      assert.isTrue(
        seconds.some((at) => at > 80),
        "after",
      );
      const starts = await readdir(join(folder, "processes", "configs"));
      assert.lengthOf(
        starts.filter((name) => name.endsWith("validator-3.json")),
        2,
      );
    });

    it("leaves a log of every process, and none of them running", async () => {
      const names = ["chain", "relayer-1", "keeper-1", ...[1, 2, 3, 4].map((number) => `validator-${number}`)];
      for (const name of names) assert.isTrue(existsSync(join(folder, "processes", `${name}.log`)), name);
      await assertAllEnded(join(folder, "processes"));
    });

    it("leaves a report, and a folder that says itself why it is not replayed", async () => {
      assert.include(await readFile(join(folder, "report.html"), "utf8"), "--wire --for 230s");
      const replayed = await runToEnd("ballast", ["simulate", "replay", folder]);
      assert.equal(replayed.code, 2);
      assert.include(replayed.stderr, "was played on the wire");
    });
  });

  it("ends with all it has started when it is told to stop", async () => {
    const folder = join(home, "stopped");
    const child = launch("ballast", ["simulate", "run", scenario, "--wire", "--out", folder], {});
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    let said = "";
    child.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const lock = join(folder, "processes", "data", "validator-1", "lock.sqlite");
    while (!existsSync(lock) && isRunning(child)) await delay(LOOK_MS);
    child.kill("SIGINT");
    assert.equal(await ended, 130, said);
    assert.include(said, "Stopped by SIGINT");
    await assertAllEnded(join(folder, "processes"));
  });

  it("refuses at once, before anything starts, all that processes cannot play", async () => {
    const folder = join(home, "refused");
    const faults = [
      { type: "chain.reorg", with: { depth: 2 }, name: "back" },
      { type: "oracle.clockSkew", with: { skew: "10s" }, target: "one", name: "early" },
    ];
    const set = `faults=${JSON.stringify(faults)}`;
    const { code, stderr } = await runToEnd("ballast", [
      "simulate",
      "run",
      scenario,
      "--wire",
      "--out",
      folder,
      "--set",
      set,
    ]);
    assert.equal(code, 2);
    const refusal = z
      .object({ code: z.string(), problems: z.array(z.object({ name: z.string() })) })
      .parse(JSON.parse(stderr));
    assert.equal(refusal.code, "notOnWire");
    assert.deepEqual(
      refusal.problems.map(({ name }) => name),
      ["back", "early"],
    );
    assert.isFalse(existsSync(folder));
  });

  it("refuses a length without the wire", async () => {
    const { code, stderr } = await runToEnd("ballast", ["simulate", "run", scenario, "--for", "1m"]);
    assert.equal(code, 2);
    assert.include(stderr, "--for goes with --wire");
  });
});

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
