// SPDX-License-Identifier: MIT
/** Cells of one line of a table; a cell may stand in quotation marks. Lines do not break inside cells. Pure. */
export function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}

/** A number of a cell; undefined where it has none. Pure. */
export function numberOf(cell: string | undefined): number | undefined {
  if (cell === undefined || cell.trim() === "") return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
