// SPDX-License-Identifier: MIT

/**
 * What the tests run of each file, and every line they do not, with its reason. A line counts when all of its statements ran. Pure.
 * @param {Map<string, Map<number, number>>} files @param {Record<string, string>} explanations by file and text of the line
 * @param {(file: string) => string[]} textOf
 */
export function judge(files, explanations, textOf) {
  const rows = [...files]
    .map(([file, lines]) => ({ file, ran: [...lines.values()].filter((runs) => runs > 0).length, all: lines.size }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const gaps = [...files].flatMap(([file, lines]) => {
    const text = textOf(file);
    return [...lines]
      .filter(([, runs]) => runs === 0)
      .map(([line]) => `${file} | ${text[line - 1].trim()}`)
      .map((name) => ({ name, reason: explanations[name] }));
  });
  const named = new Set(gaps.map(({ name }) => name));
  const [ran, all] = [sumOf(rows, "ran"), sumOf(rows, "all")];
  return {
    rows,
    ran,
    all,
    percent: (100 * ran) / all,
    gaps,
    open: gaps.filter(({ reason }) => reason === undefined),
    stale: Object.keys(explanations).filter((name) => !named.has(name)),
  };
}

/** @returns {string} the judgement as a Markdown page */
export function page({ rows, ran, all, percent, gaps }) {
  return [
    "# Coverage",
    "",
    "Written by `npm run coverage -- --write`: lines of the contracts that their Solidity and TypeScript tests run. A line counts when all of",
    "its statements ran; assembly is one statement. Branches: the `.tree` files ([VERIFICATION](VERIFICATION.md)).",
    "",
    `**${ran} of ${all} lines, ${percent.toFixed(2)} %.**`,
    "",
    "| contract | lines | run |",
    "| --- | --: | --: |",
    ...rows.map((row) => `| ${row.file.slice("contracts/".length)} | ${row.all} | ${((100 * row.ran) / row.all).toFixed(1)} % |`),
    "",
    "## What no test runs",
    "",
    "| line | why |",
    "| --- | --- |",
    ...gaps.map(({ name, reason }) => `| \`${name.replaceAll("|", "\\|")}\` | ${reason ?? "not explained"} |`),
    "",
  ].join("\n");
}

function sumOf(rows, field) {
  return rows.reduce((sum, row) => sum + row[field], 0);
}
