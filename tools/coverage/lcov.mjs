// SPDX-License-Identifier: MIT

/** Lines of contracts with how often each ran, by file; of a report in lcov's form. Pure. @returns {Map<string, Map<number, number>>} */
export function linesOf(lcov) {
  const files = new Map();
  let lines = new Map();
  for (const record of lcov.split("\n")) {
    if (record.startsWith("SF:")) {
      const file = record.slice(3).trim();
      lines = files.get(file) ?? new Map();
      if (file.startsWith("contracts/")) files.set(file, lines);
    } else if (record.startsWith("DA:")) {
      const [line, runs] = record.slice(3).split(",").map(Number);
      lines.set(line, (lines.get(line) ?? 0) + runs);
    }
  }
  return files;
}
