// SPDX-License-Identifier: MIT
// Runs every test, in the order in which failing is cheapest. `--deep` fuzzes for longer and replays more years.
import { hardhat, root, run, withoutPackageWarnings } from "./hardhat.mjs";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Suites that run side by side: as many as the smallest machine we support has cores. */
const SLOTS = 2;
const LONGEST_SHOWN = 40_000;

const deep = process.argv.includes("--deep");
if (deep) process.env.BALLAST_DEEP = "1"; // replays of test/ts/risk/replay look at it
const config = deep ? ["--config", "hardhat.deep.config.ts"] : [];
const started = Date.now();
const running = new Set();
let passed = 0;
let failed = 0;

await inSlots([() => step("build", () => hardhat([...config, "build"]))]);
if (deep) say("Solidity tests: 5,000 runs of 100 acts in every world, some two hours on a quiet machine");
const { contracts, programs, commands } = mochaFiles();
// Processes of their own: the chains of a thousand contract tests stay in memory. The longest first, so that no slot is empty
// long before the other; last what fills two cores by itself.
await inSlots([
  () => step("check", () => run(process.execPath, [join(root, "tools", "check.mjs")])),
  // A dozen programs that mostly wait for each other: beside them there is room for another suite.
  () => step("tests of npm's commands", () => mocha(commands)),
  ...parts("program tests", programs),
  ...parts("contract tests", contracts),
  () => step("Solidity tests", () => hardhat([...config, "test", "solidity", "--no-compile"])),
]);
finish();

/** Starts each step as soon as a slot is free. After a failure nothing is started any more, and what runs is waited for. */
async function inSlots(steps) {
  const left = [...steps];
  const slot = async () => {
    while (left.length > 0 && failed === 0) await left.shift()();
  };
  await Promise.all(Array.from({ length: SLOTS }, slot));
  if (failed > 0) finish();
}

/** Steps of a suite that is run in parts. */
function parts(name, lists) {
  return lists.map((files, index) => () => step(`${name} ${index + 1} of ${lists.length}`, () => mocha(files)));
}

async function step(name, action) {
  const begin = Date.now();
  running.add(name);
  showRunning();
  const { code, output } = await action();
  running.delete(name);
  const seconds = ((Date.now() - begin) / 1000).toFixed(0);
  const counted = countTests(output);
  say(`${name}: ${code === 0 ? "ok" : "FAILED"} (${seconds} s${counted > 0 ? `, ${counted} passed` : ""})`);
  if (code === 0) return;
  const text = withoutPackageWarnings(output);
  say(text.length > LONGEST_SHOWN ? `…${text.slice(-LONGEST_SHOWN)}` : text);
  failed = Math.max(failed, 1);
}

/** A line for good, above the one that a terminal shows of what is running. */
function say(text) {
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
  console.log(text);
  showRunning();
}

function showRunning() {
  if (process.stdout.isTTY && running.size > 0) process.stdout.write(`\r\u001b[K${[...running].join(", ")} …`);
}

function mocha(files) {
  return hardhat([...config, "test", "mocha", "--no-compile", ...files]);
}

function mochaFiles() {
  const folder = join("test", "ts");
  const files = readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
    .sort();
  const inFolder = (name) => (file) => file.startsWith(join(folder, name));
  const isProgram = inFolder("programs");
  // The main job, the backtest and the local network; what is below them starts few programs or none.
  const isCommand = (file) => dirname(file) === join(folder, "simulator");
  const others = files.filter((file) => !isProgram(file) && !isCommand(file));
  // In turn, so that neither half has all of a room.
  const halves = (list) => [0, 1].map((half) => list.filter((_, index) => index % 2 === half));
  return { contracts: halves(others), programs: halves(files.filter(isProgram)), commands: files.filter(isCommand) };
}

/** Adds up what a runner counted. @returns How many passed. */
function countTests(output) {
  const sum = (pattern) => [...output.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
  const counted = sum(/^\s*(\d+) passing/gm);
  passed += counted;
  failed += sum(/^\s*(\d+) failing/gm);
  return counted;
}

function finish() {
  console.log(`Total time ${((Date.now() - started) / 1000).toFixed(0)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
