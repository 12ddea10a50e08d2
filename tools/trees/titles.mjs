// SPDX-License-Identifier: MIT
// Which tests there are, by their titles.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [
  { begin: "test/ts/", end: ".test.ts", titlesIn: typeScriptTitles },
  { begin: "test/sol/", end: ".t.sol", titlesIn: solidityTitles },
];

/** Titles of `it` and `describe`; of a template they hold the text, names of its variables and all. */
export function typeScriptTitles(text) {
  const calls = text.matchAll(/\b(?:it|describe)\(\s*(?:"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/g);
  return [...calls].map(([, plain, template]) => (plain ?? template).replaceAll(/\\(.)/g, "$1"));
}

/** Names of tests and invariants. */
export function solidityTitles(text) {
  return [...text.matchAll(/\bfunction ((?:test|invariant)\w*)\(/g)].map(([, name]) => name);
}

/**
 * Looks tests up under a project's folder.
 * @returns {(reference: import("./parse.mjs").Reference) => string | undefined} what is wrong with a reference
 */
export function testsIn(root) {
  const known = new Map();
  const titlesOf = (file) => {
    if (!known.has(file)) known.set(file, read(root, file));
    return known.get(file);
  };
  return ({ file, title }) => {
    const titles = titlesOf(file);
    if (titles === undefined)
      return `there is no ${FOLDERS.map(({ begin, end }) => begin + file + end).join(" and no ")}`;
    if (titles.includes(title)) return undefined;
    const fitting = titles.filter((name) => name.includes(title));
    if (fitting.length === 1) return undefined;
    return `${file} has ${fitting.length === 0 ? "no test" : `${fitting.length} tests`} titled "${title}"`;
  };
}

function read(root, file) {
  for (const { begin, end, titlesIn } of FOLDERS) {
    const path = join(root, begin + file + end);
    if (existsSync(path)) return titlesIn(readFileSync(path, "utf8"));
  }
  return undefined;
}
