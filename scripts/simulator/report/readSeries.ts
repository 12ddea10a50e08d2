// SPDX-License-Identifier: MIT
import { ColumnEnvelope } from "./ColumnEnvelope.ts";
import { cellsOf, numberOf } from "./readCsv.ts";
import type { SeriesLine } from "./RunMaterial.ts";

/** All lines of a page together: each column of pixels is two points of a dozen bytes. */
const ALL_COLUMNS = 36_000;
const MOST_COLUMNS = 600;
const FEWEST_COLUMNS = 60;
/** What no figure shows. */
const NOT_DRAWN = / (?:low|high|level|mode)$/;

/** Follows the name of a price: its distance from the true price of its feed, bps. */
export const DISTANCE = " bps away";
const TRUE = " true";
const BPS = 10_000;
/** What is no price of anybody. */
const NO_PRICE = / (?:true|age|dispersionPpm)$/;

/** One line that is drawn, and how its value is read from a row. */
interface Drawn {
  readonly name: string;
  readonly read: (cells: readonly string[]) => number | undefined;
}

/**
 * The table as lines for drawings: of long runs, and of many lines, the extremes of each column of pixels.
 * @param lines Of the file, one after the other. @param seconds How long the run was.
 */
export async function readSeries(lines: AsyncIterable<string>, seconds: number): Promise<SeriesLine[]> {
  let drawn: (Drawn & { readonly envelope: ColumnEnvelope })[] | undefined;
  let clock = 0;
  for await (const line of lines) {
    if (line.trim() === "") continue;
    const cells = cellsOf(line);
    if (drawn === undefined) {
      clock = cells.indexOf("seconds");
      const found = drawnOf(cells);
      const columns = Math.floor(ALL_COLUMNS / Math.max(1, found.length));
      const width = Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, columns));
      drawn = found.map((one) => ({ ...one, envelope: new ColumnEnvelope(seconds, width) }));
      continue;
    }
    const x = numberOf(cells[clock]);
    if (x === undefined) continue;
    for (const { read, envelope } of drawn) envelope.add(x, read(cells));
  }
  return (drawn ?? []).map(({ name, envelope }) => ({ name, points: envelope.points }));
}

/** Columns of the table, and beside each price its distance from the true one, row by row: afterwards none could be told. */
function drawnOf(heads: readonly string[]): Drawn[] {
  const feeds = heads.filter((name) => name.endsWith(TRUE)).map((name) => name.slice(0, -TRUE.length));
  return heads.flatMap((name, place): Drawn[] => {
    if (!isDrawn(name)) return [];
    const own: Drawn = { name, read: (cells) => numberOf(cells[place]) };
    const feed = feeds.find((each) => name.startsWith(`${each} `));
    if (feed === undefined || NO_PRICE.test(name)) return [own];
    const truth = heads.indexOf(`${feed}${TRUE}`);
    return [own, { name: `${name}${DISTANCE}`, read: (cells) => distance(own.read(cells), numberOf(cells[truth])) }];
  });
}

function distance(price: number | undefined, truth: number | undefined): number | undefined {
  return price === undefined || truth === undefined || truth === 0 ? undefined : ((price - truth) / truth) * BPS;
}

function isDrawn(name: string): boolean {
  return name !== "seconds" && name !== "block" && !NOT_DRAWN.test(name);
}
