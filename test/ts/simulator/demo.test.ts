// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { assert } from "chai";
import { z } from "zod";

import { lockFolder } from "../../../scripts/chain/lockFolder.ts";
import { STANDBYS, VALIDATORS } from "../../../scripts/simulator/DemoPlan.ts";
import { RELAYERS } from "../../../scripts/simulator/DemoStage.ts";
import { freshFolder, NODE_FLAGS } from "../programs/support/startProgram.ts";

const DEMO = fileURLToPath(new URL("../../../scripts/cli/demo.ts", import.meta.url));
/** Far more than it takes: a machine that does other things at the same time is no failure. */
const PATIENCE_MS = 1_200_000;
const POLL_MS = 50;

/** A demonstration in its own process. */
interface Running {
  readonly folder: string;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<number | null>;
}

async function launch(started: ChildProcess[], options: readonly string[]): Promise<Running> {
  const folder = await freshFolder();
  const args = [...NODE_FLAGS, DEMO, "--rounds", "24", "--out", folder, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { folder, child, stdout: () => stdout, stderr: () => stderr, ended };
}

async function until(running: Running, what: string, isThere: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isThere())) {
    const dead = running.child.exitCode !== null || performance.now() > deadline;
    assert.isFalse(dead, `${what} did not come\n${running.stdout()}\n${running.stderr()}`);
    await delay(POLL_MS);
  }
}

async function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** That nobody holds a data folder: the kernel frees its lock when, and only when, its process has gone. */
function assertNobodyLeft({ folder }: Running, names: readonly string[]): void {
  for (const name of names) lockFolder(join(folder, "run", "data", name))();
}

async function block(url: string): Promise<bigint> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return BigInt(z.object({ result: z.string() }).parse(await answer.json()).result);
}

/** Options were refused only where they must be, settled on the first rung, and everybody left. */
function assertSettled(summary: unknown): void {
  const attempts = z.object({ attempted: z.number(), refused: z.number() });
  const shape = z.object({
    settlement: z.object({
      series: z.number(),
      rungs: z.record(z.string(), z.number()),
      haircuts: z.array(z.number()),
    }),
    badDebt: z.object({ absolute: z.number(), shareOfOpenInterest: z.number(), afterInsurance: z.number() }),
    insurance: z.object({ start: z.number(), end: z.number() }),
    exits: attempts,
    opens: attempts,
  });
  const { settlement, badDebt, insurance, exits, opens } = shape.parse(summary);
  assert.deepEqual(settlement, { series: 7, rungs: { window: 7 }, haircuts: [] });
  assert.isAbove(badDebt.absolute, 0, "one book of the crash could not pay");
  assert.equal(badDebt.afterInsurance, 0, "insurance paid for it");
  assert.isAbove(insurance.end, insurance.start, "insurance earned fees");
  assert.equal(exits.refused, 0, "exits");
  assert.isAbove(exits.attempted, 30, "exits");
  assert.isAbove(opens.refused, 2, "the condor without cash, and openings in ReduceOnly and Halted");
  assert.isAbove(opens.attempted, opens.refused + 5, "openings");
}

/** The breaker went there and back, nobody was liquidated wrongfully, and insurance paid for one book. */
function assertCrash(summary: unknown): void {
  const shape = z.object({
    liquidations: z.object({ count: z.number(), wrongful: z.number() }),
    modes: z.object({ transitions: z.array(z.object({ to: z.string() })) }),
    recoverySeconds: z.number(),
  });
  const { liquidations, modes, recoverySeconds } = shape.parse(summary);
  const reached = modes.transitions.map(({ to }) => to);
  assert.includeMembers(reached, ["cautious", "reduceOnly", "halted", "recovery"]);
  assert.equal(reached.at(-1), "normal");
  assert.isAtLeast(liquidations.count, 3, "bids");
  assert.equal(liquidations.wrongful, 0, "wrongful");
  assert.isBelow(recoverySeconds, 43_200, "back to Normal");
}

/** Both vaults sold in two auctions, the doubling was the calls' loss alone, and their checks are named by their invariants. */
function assertVaults(summary: unknown): void {
  const vault = z.object({
    symbol: z.string(),
    epochs: z.literal(2),
    missed: z.literal(0),
    unsold: z.literal(0),
    premium: z.number().positive(),
    assigned: z.number(),
    gained: z.number(),
  });
  const shape = z.object({ vaults: z.array(vault), invariants: z.array(z.object({ id: z.string() })) });
  const { vaults, invariants } = shape.parse(summary);
  const [puts, calls] = vaults;
  assert.deepEqual([puts!.symbol, calls!.symbol], ["bPUT-ETH", "bCALL-ETH"]);
  assert.equal(puts!.assigned, 0, "puts");
  assert.isAbove(puts!.gained, 0, "puts");
  assert.isAbove(calls!.assigned, 0, "calls");
  assert.includeMembers(
    invariants.map(({ id }) => id),
    ["V3", "V4"],
  );
}

describe("npm start, end to end", function () {
  this.timeout(PATIENCE_MS + 20_000);
  const started: ChildProcess[] = [];

  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL"); // what a failed test left behind; its reaper does the rest
  });

  it("holds, leaves its report, and with --keep goes on in real time until Ctrl-C ends everything", async () => {
    const demo = await launch(started, ["--keep"]);
    await until(demo, "real time", () => demo.stdout().includes("Going on in real time"));
    assert.notInclude(demo.stdout(), "BROKEN");
    const summary = z.object({ verdict: z.string(), seed: z.number() });
    const written: unknown = JSON.parse(await readFile(join(demo.folder, "summary.json"), "utf8"));
    assert.deepEqual(summary.parse(written), { verdict: "held", seed: 42 });
    assertSettled(written);
    assertCrash(written);
    assertVaults(written);
    const page = await readFile(join(demo.folder, "report.html"), "utf8");
    assert.include(page, "All checks held");
    assert.include(page, 'class="strip halted"', "the modes under the price");
    assert.include(page, "Two weeks of the options vaults");
    assert.match(demo.stdout(), /condor taker( +[+−][0-9.]+){4}/, "the table of profits");
    assert.equal(demo.stdout().match(/together +0\.0+$/gm)?.length, 2, "both markets add up to zero");

    const urls = new Map([...demo.stdout().matchAll(/^ {4}(\S+) +(http\S+)/gm)].map(([, name, url]) => [name, url!]));
    assert.includeMembers([...urls.keys()], ["chain", "market", ...RELAYERS, "ada", "hal"], "who can be asked");
    const before = await block(urls.get("chain")!);
    await until(demo, "a block", async () => (await block(urls.get("chain")!)) > before);
    assert.equal((await fetch(`${urls.get("relayer-1")}/live`)).status, 200, "relayer-1");

    demo.child.kill("SIGINT");
    demo.child.kill("SIGINT"); // a terminal's interrupt comes from the terminal and from npm
    assert.equal(await demo.ended, 130);
    assert.equal(demo.stderr().trim().split("\n").at(-1), "Stopped by SIGINT: the chain and every program have ended.");
    assert.notMatch(demo.stderr(), /\n\s+at |fatal/, "no stack trace");
    assertNobodyLeft(demo, [...VALIDATORS, ...STANDBYS, ...RELAYERS]);
    for (const [name, url] of urls) {
      const isDown = await fetch(url).then(
        () => false,
        () => true,
      );
      assert.isTrue(isDown, `${name} at ${url}`);
    }
  });

  it("ends every program when told to stop while they are starting", async () => {
    const demo = await launch(started, []);
    await until(demo, "first validator", async () => (await filesIn(join(demo.folder, "run", "data"))).includes("ada"));
    demo.child.kill("SIGTERM");
    assert.equal(await demo.ended, 143);
    assert.equal(
      demo.stderr().trim().split("\n").at(-1),
      "Stopped by SIGTERM: the chain and every program have ended.",
    );
    assert.notMatch(demo.stderr(), /\n\s+at |fatal/, "no stack trace");
    assertNobodyLeft(demo, await filesIn(join(demo.folder, "run", "data")));
  });

  it("says in one line that its port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const demo = await launch(started, ["--rpc-port", String(port)]);
      assert.equal(await demo.ended, 3, demo.stderr());
      assert.match(demo.stderr().trim().split("\n").at(-1)!, /^\{.*"code":"listenFailed".*\}$/);
    } finally {
      taken.close();
    }
  });
});
