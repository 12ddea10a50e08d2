// SPDX-License-Identifier: MIT
import type { Report } from "./TradeAccess.ts";

type Row = Readonly<Record<string, string>>;

const GAP = "  ";
const NUMBER = /^-?[\d.]+$|^-$/;

/** A report for people: facts one to a line, then each table with its name; empty tables say so. */
export function reportText({ facts = {}, tables = {} }: Report): string {
  const width = Math.max(0, ...Object.keys(facts).map(({ length }) => length));
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}${GAP}${value}`);
  const drawn = Object.entries(tables).map(([name, rows]) => `${name}\n${tableText(rows)}`);
  return [...(lines.length > 0 ? [lines.join("\n")] : []), ...drawn].join("\n\n");
}

/** The same as one line of JSON; every value is text. */
export function reportJson({ facts = {}, tables = {} }: Report): string {
  return JSON.stringify({ ...facts, ...tables });
}

function tableText(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return `${GAP}none`;
  const columns = Object.keys(first).filter((column) => rows.some((row) => row[column] !== ""));
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column]!.length)));
  const isNumber = columns.map((column) => rows.every((row) => NUMBER.test(row[column]!)));
  const line = (cells: readonly string[]): string =>
    `${GAP}${cells.map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(GAP)}`.trimEnd();
  return [line(columns), ...rows.map((row) => line(columns.map((column) => row[column]!)))].join("\n");
}
