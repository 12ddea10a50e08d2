// SPDX-License-Identifier: MIT
// Compares the trees of test/trees with the built contracts and the tests: `node tools/trees.mjs`; with `--draw` it draws their
// branches anew from their indentation.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { root } from "./hardhat.mjs";
import { complaintsAbout } from "./trees/compare.mjs";
import { compiledContracts } from "./trees/compiled.mjs";
import { drawn, parseTree } from "./trees/parse.mjs";
import { testsIn } from "./trees/titles.mjs";

const FOLDER = "test/trees";

/** Everything wrong with the trees, a line each. */
export function faultsOfTrees() {
  const texts = new Map(treeFiles().map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const trees = new Map([...texts].map(([file, text]) => [file, parseTree(text)]));
  const undrawn = [...texts].filter(([, text]) => drawn(text) !== text);
  return [
    ...complaintsAbout(trees, compiledContracts(root), testsIn(root)),
    ...undrawn.map(([file]) => `${file}: is not drawn as \`node tools/trees.mjs --draw\` draws it`),
  ];
}

function treeFiles() {
  return readdirSync(join(root, FOLDER), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tree"))
    .map((name) => `${FOLDER}/${name.replaceAll("\\", "/")}`)
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--draw")) {
    for (const file of treeFiles()) writeFileSync(join(root, file), drawn(readFileSync(join(root, file), "utf8")));
  }
  const faults = faultsOfTrees();
  for (const fault of faults) console.log(fault);
  process.exit(faults.length === 0 ? 0 : 1);
}
