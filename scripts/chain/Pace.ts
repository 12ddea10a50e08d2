// SPDX-License-Identifier: MIT
/** Says when something is due that need not be done in every turn. */
export class Pace {
  readonly #everyMs: bigint;
  #lastMs: bigint | undefined;

  constructor(everyMs: bigint) {
    this.#everyMs = everyMs;
  }

  /** Whether it is due at `nowMs`; what is due counts as done then. A clock that was set back begins again. */
  isDue(nowMs: bigint): boolean {
    const last = this.#lastMs;
    if (last !== undefined && last <= nowMs && nowMs - last < this.#everyMs) return false;
    this.#lastMs = nowMs;
    return true;
  }

  /** Makes it due at once. */
  hurry(): void {
    this.#lastMs = undefined;
  }
}
