// SPDX-License-Identifier: MIT

/** Values are told apart to so many digits: whole numbers below a thousand are exact. */
const DIGITS = 3;

/** Many numbers in little memory: quantiles to a half percent, mean and largest exactly. */
export class Distribution {
  readonly #seen = { counts: new Map<number, number>(), count: 0, sum: 0, max: 0 };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** @param value 0 or more. */
  add(value: number): void {
    const rounded = value === 0 ? 0 : Number(value.toPrecision(DIGITS));
    const { counts } = this.#seen;
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
    this.#seen.count += 1;
    this.#seen.sum += value;
    this.#seen.max = Math.max(this.#seen.max, value);
  }

  /** 0 without values; the others too. */
  get mean(): number {
    return this.#seen.count === 0 ? 0 : this.#seen.sum / this.#seen.count;
  }

  get max(): number {
    return this.#seen.max;
  }

  /** The value that a share of all is at most. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.#seen.count);
    for (const value of [...this.#seen.counts.keys()].sort((a, b) => a - b)) {
      left -= this.#seen.counts.get(value)!;
      if (left <= 0) return Math.min(value, this.#seen.max);
    }
    return 0;
  }
}
