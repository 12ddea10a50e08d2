// SPDX-License-Identifier: MIT
// What a guide of docs/guides asks of its reader, block by block. Pure.

/**
 * @typedef {object} Step
 * @property {"run" | "terminal" | "file"} kind Commands, commands that keep running in a terminal of their own, a file to be saved.
 * @property {string} text What the block holds.
 * @property {number} line Of the page, where the block begins.
 * @property {string} [file] Name of a file, as the reader saves it.
 * @property {string[]} shown Lines of output that the page shows behind it; `…` stands for anything.
 */

const FENCE = /^```(.*)$/;
const FILE_LANGUAGES = ["ts", "json", "yaml"];

/**
 * Every fenced block is one that is run: `sh` in the page's shell, `sh terminal` in a terminal of its own, `ts name`, `json name` and `yaml name`
 * saved under that name, and `text` is what the block before it prints.
 * @param {string} page @returns {Step[]} @throws {Error} for a block of which nobody would know whether it works.
 */
export function readGuide(page) {
  /** @type {Step[]} */
  const steps = [];
  for (const { info, text, line } of blocksOf(page)) {
    const [language, name] = info.split(/\s+/);
    if (language === "text") showBehind(steps.at(-1), text, line);
    else if (language === "sh" && (name === undefined || name === "terminal"))
      steps.push({ kind: name === undefined ? "run" : "terminal", text, line, shown: [] });
    else if (FILE_LANGUAGES.includes(language) && name !== undefined)
      steps.push({ kind: "file", text, line, file: name, shown: [] });
    else throw new Error(`line ${line}: nobody runs a block that says "${info}"`);
  }
  return steps;
}

/**
 * Lines that a page shows and the output lacks: each has to come, in order, whatever the spaces and what stands in between.
 * @param {string[]} shown @param {string} output @returns {string[]}
 */
export function missingLines(shown, output) {
  const lines = output.split("\n").map(squeezed);
  let next = 0;
  return shown.filter((line) => {
    const pattern = new RegExp(`^${squeezed(line).split("…").map(escaped).join(".*")}$`);
    const found = lines.findIndex((each, index) => index >= next && pattern.test(each));
    if (found < 0) return true;
    next = found + 1;
    return false;
  });
}

function blocksOf(page) {
  const blocks = [];
  let open;
  for (const [index, line] of page.split("\n").entries()) {
    const fence = FENCE.exec(line);
    if (open === undefined && fence !== null) open = { info: fence[1].trim(), lines: [], line: index + 1 };
    else if (open !== undefined && fence !== null) {
      blocks.push({ info: open.info, text: `${open.lines.join("\n")}\n`, line: open.line });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`line ${open.line}: a block without an end`);
  return blocks;
}

function showBehind(step, text, line) {
  if (step === undefined || step.kind === "file") throw new Error(`line ${line}: output of nothing`);
  step.shown.push(...text.split("\n").filter((each) => squeezed(each) !== "" && squeezed(each) !== "…"));
}

function squeezed(line) {
  return line.trim().replace(/\s+/g, " ");
}

function escaped(text) {
  return text.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
