// SPDX-License-Identifier: MIT
const BPS = 10_000;

/** The mean of signed weight over sealed rounds, as the oracle's head keeps it; it starts full. Bps. */
export class SignedWeight {
  #emaBps = BPS;
  #latestBps: number | undefined;

  /** What the next round will see: the latest is sealed by it. */
  get nextBps(): number {
    return this.#latestBps === undefined ? this.#emaBps : Math.floor((this.#emaBps * 19 + this.#latestBps + 10) / 20);
  }

  /** What another version of the latest round sees. */
  get currentBps(): number {
    return this.#emaBps;
  }

  /** Counts an accepted round. */
  accept(signed: number, active: number): void {
    this.#emaBps = this.nextBps;
    this.replace(signed, active);
  }

  /** A superset takes the place of the latest round. */
  replace(signed: number, active: number): void {
    this.#latestBps = Math.floor((signed * BPS) / active);
  }
}
