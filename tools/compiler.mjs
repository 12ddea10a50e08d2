// SPDX-License-Identifier: MIT
// The locked compiler, for what looks at single files: mutants, proofs, syntax trees. The build itself is Hardhat's.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { root } from "./hardhat.mjs";

const require = createRequire(import.meta.url);
let loaded;

/** What everything is compiled with, deployed or tested (docs/DECISIONS.md, D-003). */
export const compilerSettings = { viaIR: true, optimizer: { enabled: true, runs: 200 }, evmVersion: "prague" };

/** solc itself; loading it takes half a second, so it is loaded by whoever first needs it. */
function solc() {
  loaded ??= require("solc");
  return loaded;
}

/** Text of a source by the name that an import resolves to: ours from the root, others from the packages. */
export function sourceText(name) {
  const isOurs = name.startsWith("contracts/") || name.startsWith("test/");
  return readFileSync(isOurs ? join(root, name) : join(root, "node_modules", name), "utf8");
}

/**
 * Compiles files with all they import.
 * @param {string[]} files paths from the root
 * @param {object} settings of the compiler's standard input, whole
 * @param {{ overlay?: Record<string, string>, smtSolver?: (query: string) => { contents: string } }} [options] texts that
 * stand for files; a solver that the model checker asks
 * @returns {any} the compiler's standard output
 */
export function compile(files, settings, { overlay = {}, smtSolver } = {}) {
  const textOf = (name) => overlay[name] ?? sourceText(name);
  const readImport = (name) => {
    try {
      return { contents: textOf(name) };
    } catch (error) {
      return { error: error.message };
    }
  };
  const sources = Object.fromEntries(files.map((file) => [file, { content: textOf(file) }]));
  const callbacks = { import: readImport, ...(smtSolver === undefined ? {} : { smtSolver }) };
  return JSON.parse(solc().compile(JSON.stringify({ language: "Solidity", sources, settings }), callbacks));
}

/** @returns {any} the syntax tree of one file, as parsed: without types, and without what it imports */
export function parse(file, text) {
  const settings = { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } };
  return compile([file], settings, { overlay: { [file]: text } }).sources[file].ast;
}

/** @returns {string[]} what the compiler could not compile */
export function errorsOf(output) {
  return (output.errors ?? []).filter(({ severity }) => severity === "error").map((error) => error.formattedMessage);
}
