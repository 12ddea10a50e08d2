// SPDX-License-Identifier: MIT
/** What fell into one column of pixels. */
interface Column {
  low: Sample | undefined;
  high: Sample | undefined;
  hasGap: boolean;
}

interface Sample {
  readonly x: number;
  readonly y: number;
}

/**
 * A line for a drawing that is so many pixels wide: of each column of pixels its lowest and its highest value, in the order in
 * which they came. No extreme is lost, whatever the number of values; the memory is that of the columns.
 */
export class ColumnEnvelope {
  readonly #end: number;
  readonly #columns: (Column | undefined)[];

  /** @param end Largest x; smaller is 0. @param columns At least 1. */
  constructor(end: number, columns: number) {
    this.#end = end;
    this.#columns = Array.from({ length: columns }, () => undefined);
  }

  /** @param x Not below those before. @param y Undefined where there is nothing to draw. */
  add(x: number, y: number | undefined): void {
    const share = this.#end === 0 ? 0 : x / this.#end;
    const place = Math.min(this.#columns.length - 1, Math.max(0, Math.floor(share * this.#columns.length)));
    const column = (this.#columns[place] ??= { low: undefined, high: undefined, hasGap: false });
    if (y === undefined) {
      column.hasGap = true;
      return;
    }
    const sample = { x, y };
    if (column.low === undefined || y < column.low.y) column.low = sample;
    if (column.high === undefined || y > column.high.y) column.high = sample;
  }

  /** Columns without any value break the line where one was looked for. */
  get points(): readonly (readonly [x: number, y: number | undefined])[] {
    return this.#columns.flatMap((column, place): (readonly [number, number | undefined])[] => {
      if (column === undefined) return [];
      const { low, high, hasGap } = column;
      if (low === undefined || high === undefined)
        return hasGap ? [[((place + 0.5) / this.#columns.length) * this.#end, undefined]] : [];
      if (low === high) return [[low.x, low.y]];
      const [first, second] = low.x <= high.x ? [low, high] : [high, low];
      return [
        [first.x, first.y],
        [second.x, second.y],
      ];
    });
  }
}
