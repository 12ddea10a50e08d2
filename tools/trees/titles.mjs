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
 * @returns {{
 *   faultOf: (reference: import("./parse.mjs").Reference) => string | undefined,
 *   mentions: (file: string, error: string) => boolean,
 * }} what is wrong with a reference, and whether a file of tests names an error, with its contract or without
 */
export function testsIn(root) {
  const known = new Map();
  const testsOf = (file) => {
    if (!known.has(file)) known.set(file, read(root, file));
    return known.get(file);
  };
  const faultOf = ({ file, title }) => {
    const titles = testsOf(file)?.titles;
    if (titles === undefined)
      return `there is no ${FOLDERS.map(({ begin, end }) => begin + file + end).join(" and no ")}`;
    if (titles.includes(title)) return undefined;
    const fitting = titles.filter((name) => name.includes(title));
    if (fitting.length === 1) return undefined;
    return `${file} has ${fitting.length === 0 ? "no test" : `${fitting.length} tests`} titled "${title}"`;
  };
  const mentions = (file, error) => {
    const [name] = error.split("_").slice(-1);
    return new RegExp(`(?<![a-zA-Z])${name}(?![a-zA-Z])`).test(testsOf(file)?.text ?? "");
  };
  return { faultOf, mentions };
}

function read(root, file) {
  for (const { begin, end, titlesIn } of FOLDERS) {
    const path = join(root, begin + file + end);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    return { text, titles: titlesIn(text) };
  }
  return undefined;
}
