// SPDX-License-Identifier: MIT
const HOUR = 3_600;
/** As in WitnessRouter.sol, of all feeds together. */
export const PAID_LOOKS_PER_HOUR = 60;

/** Looks at witnesses that are paid in an hour of the clock; keepers look no more once they are spent. */
export class LookBudget {
  #hour = 0;
  #paid = 0;

  /** Takes one at a time (unix seconds), if there is one left. */
  take(time: number): boolean {
    const hour = Math.floor(time / HOUR);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#paid = 0;
    }
    if (this.#paid === PAID_LOOKS_PER_HOUR) return false;
    this.#paid += 1;
    return true;
  }
}
