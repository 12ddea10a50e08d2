// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { NODE_FLAGS } from "../../../../scripts/simulator/nodeFlags.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { LEAST } from "./scenarioText.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Runs `ballast simulate …` to its end. */
function simulate(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const command = [...NODE_FLAGS, join(ROOT, "scripts/cli/ballast.ts"), "simulate", ...args];
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("ballast simulate", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ballast-scenario-"));
    await writeFile(join(folder, "good.yaml"), LEAST);
    await writeFile(join(folder, "own.yaml"), "extends: good.yaml\nname: own\nvenues: { cuont: 4 }\nseed: x\n");
  });
  after(() => rm(folder, { recursive: true }));

  it("validates files and scenarios of the library", async () => {
    const { code, stdout, stderr } = await simulate("validate", join(folder, "good.yaml"), "yen-unwind");
    expect(stderr).to.equal("");
    expect(stdout).to.match(/good\.yaml: ok, 36h, 1 feed, 0 faults.*\nyen-unwind: ok, 1d/);
    expect(code).to.equal(0);
  });

  it("says what of a scenario the chain cannot play", async () => {
    const faults = "faults=[{ type: market.vaultRun }, { type: chain.reorg, at: 1h, with: { depth: 200 } }]";
    const coded = "params.modes.dwell.halted=0";
    const { code, stdout } = await simulate("validate", "yen-unwind", "--set", faults, "--set", coded);
    expect(stdout.trim().split("\n").slice(1)).to.deep.equal([
      "yen-unwind: the chain cannot play it: fault market.vaultRun-1: there are no vaults",
      "yen-unwind: the chain cannot play it: fault chain.reorg-1: nobody follows more than 150 blocks back",
      "yen-unwind: the chain cannot play it: coded in the contracts: modes.dwell.halted",
    ]);
    expect(code).to.equal(0);
  });

  it("tells all that is wrong on stderr and ends with 2", async () => {
    const own = join(folder, "own.yaml");
    const { code, stdout, stderr } = await simulate("validate", own, "yen-unwind");
    expect(stderr.trim().split("\n")).to.deep.equal([
      `${own}:3:11: venues.cuont: unknown key (did you mean count?); allowed: count, noiseBps`,
      `${own}:4:7: seed: expected a whole number from 0 to 4,294,967,295, given "x"`,
    ]);
    expect(stdout, "the other").to.match(/^yen-unwind: ok/);
    expect(code).to.equal(2);
  });

  it("validates with overrides, and answers in JSON", async () => {
    const { code, stdout } = await simulate(
      "validate",
      "yen-unwind",
      "--json",
      "--set",
      "seed=1",
      "--set",
      "duration=x",
    );
    const [checked] = JSON.parse(stdout) as { ok: boolean; problems: string[] }[];
    expect(checked!.ok).to.equal(false);
    expect(checked!.problems[0]).to.match(/^--set duration=x: duration: expected a duration/);
    expect(code).to.equal(2);
  });

  it("lists the library", async () => {
    const { stdout } = await simulate("list", "--json");
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).to.include("black-thursday");
    expect((await simulate("list")).stdout).to.match(/^black-thursday +36h +ETH falls/m);
  });

  it("ends with 2 for a verb that there is none of", async () => {
    expect((await simulate("explode")).code).to.equal(2);
    expect((await simulate("validate")).code).to.equal(2);
  });

  it("takes the examples of its manual", async () => {
    const manual = await readFile(join(ROOT, "docs/SIMULATOR.md"), "utf8");
    const examples = [...manual.matchAll(/```yaml scenario\n([\s\S]*?)```/g)].map(([, text]) => text!);
    const names = examples.map((text) => parseScenario(text, "docs/SIMULATOR.md").name);
    expect(names).to.deep.equal(["smoke", "my-day"]);
  });
});
