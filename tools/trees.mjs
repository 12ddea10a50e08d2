// SPDX-License-Identifier: MIT
// Compares the trees of test/trees with the built contracts and the tests: `node tools/trees.mjs`; with `--draw` it first draws
// their branches anew, from their indentation.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./hardhat.mjs";
import { complaintsAbout } from "./trees/compare.mjs";
import { compiledContracts } from "./trees/compiled.mjs";
import { drawn, parseTree } from "./trees/parse.mjs";
import { testsIn } from "./trees/titles.mjs";

const FOLDER = "test/trees";

const files = readdirSync(join(root, FOLDER), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".tree"))
  .map((name) => `${FOLDER}/${name.replaceAll("\\", "/")}`)
  .sort();
if (process.argv.includes("--draw")) for (const file of files) writeFileSync(join(root, file), drawn(textOf(file)));
const trees = new Map(files.map((file) => [file, parseTree(textOf(file))]));
const complaints = complaintsAbout(trees, compiledContracts(root), testsIn(root));
for (const complaint of complaints) console.log(complaint);
console.log(`${trees.size} trees, ${sum((tree) => tree.leaves.length)} leaves, ${complaints.length} complaints`);
process.exit(complaints.length === 0 ? 0 : 1);

function textOf(file) {
  return readFileSync(join(root, file), "utf8");
}

function sum(count) {
  return [...trees.values()].reduce((total, tree) => total + count(tree), 0);
}
