// SPDX-License-Identifier: MIT
// Runs every test, in the order in which failing is cheapest. `--deep` fuzzes for longer.
import { hardhat, root, run, withoutPackageWarnings } from "./hardhat.mjs";
import { join } from "node:path";

const deep = process.argv.includes("--deep");
const config = deep ? ["--config", "hardhat.deep.config.ts"] : [];
const started = Date.now();
let passed = 0;
let failed = 0;

await step("build", () => hardhat([...config, "build"]));
await step("check", () => run(process.execPath, [join(root, "tools", "check.mjs")]));
await step("Solidity tests", () => hardhat([...config, "test", "solidity", "--no-compile"]), countTests);
await step("mocha tests", () => hardhat([...config, "test", "mocha", "--no-compile"]), countTests);
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

function countTests(output) {
  for (const [, number] of output.matchAll(/^\s*(\d+) passing/gm)) passed += Number(number);
  for (const [, number] of output.matchAll(/^\s*(\d+) failing/gm)) failed += Number(number);
}

function finish(code) {
  console.log(`Total time ${((Date.now() - started) / 1000).toFixed(0)} s`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(code);
}
