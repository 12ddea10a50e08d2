// SPDX-License-Identifier: MIT
// Breaks the core libraries in one small place at a time and looks whether their Solidity tests notice: `npm run mutate`.
// Options: --count 300, --seed ballast, --only <part of a path>, --list (mutants without running them), --write (docs/MUTANTS.md).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { parse, sourceText } from "./compiler.mjs";
import { root } from "./hardhat.mjs";
import { Memory } from "./mutation/Memory.mjs";
import { Pool } from "./mutation/Pool.mjs";
import { judge } from "./mutation/judge.mjs";
import { mutationsOf } from "./mutation/operators.mjs";
import { page, summarise } from "./mutation/report.mjs";
import { nameOf, sampled } from "./mutation/sample.mjs";
import { targets } from "./mutation/targets.mjs";

const WORKERS = 2;
/** A mutant that runs for ever runs out of gas (worker.mjs); this is for what gas does not end. */
const LONGEST_MS = 900_000;
/** As `npm test` fuzzes (hardhat.config.ts). */
const FUZZING = { fuzz: { runs: 256, seed: "0xba11a57" }, invariant: { runs: 160, depth: 64, failOnRevert: false } };

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "300" },
    seed: { type: "string", default: "ballast" },
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const chosen = targets.filter(({ file }) => file.includes(options.only));
const every = chosen.flatMap(({ file }) => {
  const text = sourceText(file);
  return mutationsOf(file, parse(file, text), text);
});
const mutants = sampled(every, Number(options.count), options.seed);
console.log(`${mutants.length} of ${every.length} mutants of ${chosen.length} libraries, seed ${options.seed}`);
if (options.list) {
  for (const mutant of mutants) console.log(nameOf(mutant, sourceText(mutant.file).split("\n")[mutant.line - 1]));
  process.exit(0);
}

const started = Date.now();
const testsOf = new Map(targets.map(({ file, tests }) => [file, tests]));
const pool = new Pool(WORKERS, LONGEST_MS, new Memory(join(root, ".cache", "mutants.jsonl")));
const verdicts = await judge(mutants, testsOf, pool, FUZZING, showVerdict);
const explanations = JSON.parse(readFileSync(join(root, "tools", "mutation", "explained.json"), "utf8"));
const summary = summarise(verdicts, explanations);
mkdirSync(join(root, "reports"), { recursive: true });
writeFileSync(join(root, "reports", "mutants.json"), JSON.stringify({ ...options, summary, verdicts }, undefined, 2));
const text = page(summary, { seed: options.seed, count: mutants.length, pool: every.length });
if (options.write) writeFileSync(join(root, "docs", "MUTANTS.md"), text);
console.log(text);
console.log(`Total time ${((Date.now() - started) / 1000).toFixed(0)} s`);
const unexplained = summary.survivors.filter(({ reason }) => reason === undefined);
if (unexplained.length > 0)
  console.log(`${unexplained.length} survivors have no explanation in tools/mutation/explained.json`);
process.exit(unexplained.length === 0 ? 0 : 1);

function showVerdict(done, { mutant, verdict, by }) {
  console.log(
    `${done}/${mutants.length} ${verdict} ${mutant.file}:${mutant.line} ${mutant.operator}${by === undefined ? "" : ` by ${by}`}`,
  );
}
