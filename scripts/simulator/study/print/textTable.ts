// SPDX-License-Identifier: MIT

/** Columns of text, the first to the left and the others to the right; two spaces before each line. Pure. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
  );
  return lines.map((line) => `  ${line.trimEnd()}\n`).join("");
}

/** Enough digits to compare by; null and Infinity are what never came. Pure. */
export function shown(value: number | null): string {
  if (value === null || value === Infinity) return "never";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toString();
  return Number(value.toPrecision(4)).toString();
}

/** A share as percent, to three digits. Pure. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
