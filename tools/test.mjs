// SPDX-License-Identifier: MIT
// Runs every test, in the order in which failing is cheapest. `--deep` fuzzes for longer and replays more years.
import { hardhat, root, run, withoutPackageWarnings } from "./hardhat.mjs";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const deep = process.argv.includes("--deep");
if (deep) process.env.BALLAST_DEEP = "1"; // replays of test/ts/risk/replay look at it
const config = deep ? ["--config", "hardhat.deep.config.ts"] : [];
const started = Date.now();
let passed = 0;
let failed = 0;

await step("build", () => hardhat([...config, "build"]));
await step("check", () => run(process.execPath, [join(root, "tools", "check.mjs")]));
if (deep) console.log("Solidity tests: 5,000 runs of 100 acts in every world, about an hour on a quiet machine");
await step("Solidity tests", () => hardhat([...config, "test", "solidity", "--no-compile"]), countTests);
// Processes of their own: the chains of a thousand contract tests stay in memory, beside which a dozen programs would run.
for (const [name, groups] of Object.entries(mochaFiles())) await step(name, () => mocha(groups), countTests);
finish(0);

async function step(name, action, count = () => undefined) {
  const begin = Date.now();
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write(`${name} …`);
  const { code, output } = await action();
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  const before = passed;
  count(output);
  const counted = passed > before ? `, ${passed - before} passed` : "";
  console.log(`${isTerminal ? "\r" : ""}${name}: ${code === 0 ? "ok" : "FAILED"} (${seconds} s${counted})`);
  if (code === 0) return;
  const text = withoutPackageWarnings(output);
  console.log(text.length > 40_000 ? `…${text.slice(-40_000)}` : text);
  failed = Math.max(failed, 1);
  finish(1);
}

/** One process for each group of files, side by side; a failing one is shown. */
async function mocha(groups) {
  const ran = await Promise.all(groups.map((files) => hardhat([...config, "test", "mocha", "--no-compile", ...files])));
  const failing = ran.filter(({ code }) => code !== 0);
  return {
    code: failing[0]?.code ?? 0,
    output: [...ran.filter(({ code }) => code === 0), ...failing].map(({ output }) => output).join("\n"),
  };
}

function mochaFiles() {
  const folder = join("test", "ts");
  const files = readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
    .sort();
  const inFolder = (name) => (file) => file.startsWith(join(folder, name));
  const [programs, simulator] = [inFolder("programs"), inFolder("simulator")];
  const contracts = files.filter((file) => !programs(file) && !simulator(file));
  return {
    // In turn, so that neither half has all of a room.
    "contract tests": [0, 1].map((half) => contracts.filter((_, index) => index % 2 === half)),
    "program tests": [files.filter(programs)],
    "main job tests": [files.filter(simulator)],
  };
}

function countTests(output) {
  for (const [, number] of output.matchAll(/^\s*(\d+) passing/gm)) passed += Number(number);
  for (const [, number] of output.matchAll(/^\s*(\d+) failing/gm)) failed += Number(number);
}

function finish(code) {
  console.log(`Total time ${((Date.now() - started) / 1000).toFixed(0)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(code);
}
