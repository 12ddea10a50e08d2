// SPDX-License-Identifier: MIT
// The interfaces, and what they import of ours, as files that another project can import by path.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { root } from "../hardhat.mjs";

const FOLDER = "contracts/interfaces";
const RELATIVE_IMPORT = /\bfrom\s+"(\.[^"]+)"/g;
/** We compile with one compiler; whoever imports an interface chooses his own. The oldest that takes these files. */
const OUR_PRAGMA = "pragma solidity 0.8.37;";
const THEIR_PRAGMA = "pragma solidity ^0.8.26;";

/** Writes them below `target`, as they lie below the project. */
export function writeSolidity(target) {
  const wanted = readdirSync(join(root, FOLDER)).map((file) => posix.join(FOLDER, file));
  const seen = new Set(wanted);
  for (const path of seen) {
    const source = readFileSync(join(root, path), "utf8");
    for (const [, imported] of source.matchAll(RELATIVE_IMPORT)) seen.add(posix.join(posix.dirname(path), imported));
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), source.replace(OUR_PRAGMA, THEIR_PRAGMA));
  }
}
