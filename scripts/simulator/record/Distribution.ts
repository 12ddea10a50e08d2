// SPDX-License-Identifier: MIT

/** Values are told apart to so many digits: whole numbers below a thousand are exact. */
const DIGITS = 3;

/** Many numbers in little memory: quantiles to a half percent, mean and largest exactly. */
export class Distribution {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #max = 0;

  /** @param value 0 or more. */
  add(value: number): void {
    const rounded = value === 0 ? 0 : Number(value.toPrecision(DIGITS));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
    this.#count += 1;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  /** 0 without values; the others too. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The value that a share of all is at most. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (const value of [...this.#counts.keys()].sort((a, b) => a - b)) {
      left -= this.#counts.get(value)!;
      if (left <= 0) return Math.min(value, this.#max);
    }
    return 0;
  }
}
