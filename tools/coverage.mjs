// SPDX-License-Identifier: MIT
// How much of the contracts their tests run: `npm run coverage`. Fails below the mark, on a line that no test runs and
// tools/coverage/explained.json has no reason for, and on a reason for what is run. `--write` publishes docs/COVERAGE.md; `--read` judges the counts of the last run.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { judge, page } from "./coverage/judge.mjs";
import { linesOf } from "./coverage/lcov.mjs";
import { hardhat, root, withoutPackageWarnings } from "./hardhat.mjs";

/** What runs contracts in Hardhat's own chain, where calls are counted. */
const ROOMS = ["clearing", "conventions", "faults", "oracle", "periphery", "risk", "vaults"];
const MARK = 98;
const PROGRESS_MS = 60_000;
const LONGEST_SHOWN = 20_000;

const { values: options } = parseArgs({
  options: { write: { type: "boolean", default: false }, read: { type: "boolean", default: false } },
});

if (!options.read) await count();
const explanations = JSON.parse(readFileSync(join(root, "tools", "coverage", "explained.json"), "utf8"));
const lcov = readFileSync(join(root, "coverage", "lcov.info"), "utf8");
const verdict = judge(linesOf(lcov), explanations, (file) => readFileSync(join(root, file), "utf8").split("\n"));
const text = page(verdict);
if (options.write) writeFileSync(join(root, "docs", "COVERAGE.md"), text);
console.log(text);
console.log(
  `${verdict.open.length} of ${verdict.gaps.length} lines that no test runs have no reason in tools/coverage/explained.json`,
);
for (const name of verdict.stale) console.log(`! a reason for what is run, or is no more: ${name}`);
const isExplained = verdict.open.length === 0 && verdict.stale.length === 0;
process.exit(verdict.percent >= MARK && isExplained ? 0 : 1);

async function count() {
  process.env.BALLAST_COUNTING = "1"; // gas is not judged
  console.log("Counting in all contracts, then their tests: some twenty minutes");
  const solidity = filesIn(join("test", "sol"), ".t.sol").filter((name) => !name.includes("proofs"));
  const mocha = ROOMS.flatMap((room) => filesIn(join("test", "ts", room), ".test.ts"));
  const config = ["--config", "hardhat.coverage.config.ts", "--coverage"];
  const { code, output } = await hardhat([...config, "test", ...solidity, ...mocha], progress());
  if (code === 0) return;
  const kept = join(root, "coverage", "output.txt");
  writeFileSync(kept, output);
  console.log(`${withoutPackageWarnings(failures(output)).slice(-LONGEST_SHOWN)}\nAll that was said: ${kept}`);
  process.exit(code);
}

/** What failed, without the table of counts behind it. */
function failures(output) {
  const [tests] = output.split("Saved html report");
  const first = tests.search(/^\s*\d+ failing/m);
  return first === -1 ? tests : tests.slice(first);
}

/** Says once a minute how many tests have passed. */
function progress() {
  const begin = Date.now();
  let [passed, told] = [0, begin];
  return (text) => {
    passed += text.split("✔").length - 1;
    if (Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    console.log(`${((told - begin) / 60_000).toFixed(0)} min: ${passed === 0 ? "building" : `${passed} tests passed`}`);
  };
}

function filesIn(folder, ending) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}
