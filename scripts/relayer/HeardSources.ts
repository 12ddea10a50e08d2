// SPDX-License-Identifier: MIT

/** Reports may come so many rounds late; what is older was heard when its source answered the last time. */
const LATE_ROUNDS = 4n;

/** What sources were heard of, so that pages hold what is new and little else. */
export class HeardSources {
  /** Round in which a source answered, of those that did when they were last asked. */
  readonly #heardAt = new Map<string, bigint>();

  /** From which round on a source is asked. @param oldest Rounds before that are of no use. */
  sinceOf(source: string, oldest: bigint): bigint {
    const since = (this.#heardAt.get(source) ?? 0n) - LATE_ROUNDS;
    return since > oldest ? since : oldest;
  }

  /** It told what it had in that round. */
  answered(source: string, round: bigint): void {
    this.#heardAt.set(source, round);
  }

  /** What it had meanwhile nobody knows. */
  failed(source: string): void {
    this.#heardAt.delete(source);
  }
}
