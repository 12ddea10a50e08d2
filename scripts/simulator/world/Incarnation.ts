// SPDX-License-Identifier: MIT
/** A promise that is never kept: what a dead process waits for. */
export function never<Value>(): Promise<Value> {
  return new Promise(() => undefined);
}

/** One process of an actor, from its start to its end. A killed one does nothing any more, whatever it waited for. */
export class Incarnation {
  readonly #stopping = new AbortController();
  #killed = false;

  /** Aborted when it is told to stop in good order. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  get isKilled(): boolean {
    return this.#killed;
  }

  /** Like a power cut: what it asked for still happens, but nobody is there for the answer. */
  kill(): void {
    this.#killed = true;
  }

  /** In good order. */
  stop(reason: unknown): void {
    this.#stopping.abort(reason);
  }

  /** The same function, which a killed process neither calls nor hears the end of. */
  guard<Given extends unknown[], Value>(act: (...given: Given) => Promise<Value>): (...given: Given) => Promise<Value> {
    return async (...given) => {
      if (this.#killed) return never();
      try {
        const value = await act(...given);
        return this.#killed ? await never() : value;
      } catch (error) {
        if (this.#killed) return never();
        throw error;
      }
    };
  }
}
