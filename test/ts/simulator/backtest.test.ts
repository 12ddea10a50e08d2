// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { assert } from "chai";
import { z } from "zod";

import { freshFolder, NODE_FLAGS } from "../programs/support/startProgram.ts";

const BACKTEST = fileURLToPath(new URL("../../../scripts/cli/backtest.ts", import.meta.url));
const PATIENCE_MS = 600_000;
const summaryShape = z.object({
  weeks: z.literal(1),
  rounds: z.int().min(500),
  verdict: z.literal("held"),
  vaults: z.array(
    z.object({
      symbol: z.string(),
      epochs: z.literal(1),
      missed: z.literal(0),
      premium: z.number().positive(),
      points: z.array(z.unknown()),
    }),
  ),
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(options: readonly string[], onProgress?: (kill: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, [...NODE_FLAGS, BACKTEST, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    onProgress?.(() => child.kill("SIGINT"));
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

describe("npm run backtest", () => {
  it("plays a week of both deployed vaults on a real chain and writes what came of it", async () => {
    const folder = await freshFolder();
    const { code, stdout, stderr } = await run(["--weeks", "1", "--seed", "11", "--out", folder]);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    assert.match(stderr, /week 1 of 1/, "long work shows progress");
    assert.match(stdout, /bPUT-ETH[\s\S]*bCALL-ETH/);
    const summary = summaryShape.parse(JSON.parse(await readFile(join(folder, "summary.json"), "utf8")));
    assert.lengthOf(summary.vaults, 2);
    assert.match(await readFile(join(folder, "report.html"), "utf8"), /All checks held/);
  }).timeout(PATIENCE_MS);

  it("refuses arguments that mean nothing, and says which", async () => {
    const { code, stderr } = await run(["--weeks", "0"]);
    assert.equal(code, 2);
    assert.match(stderr, /--weeks <n>.*expected a whole number from 1 to 104/);
  }).timeout(PATIENCE_MS);

  it("ends at once when it is told to", async () => {
    const { code, stderr } = await run(["--out", await freshFolder()], (kill) => kill());
    assert.equal(code, 130);
    assert.match(stderr, /Stopped by SIGINT/);
  }).timeout(PATIENCE_MS);
});
