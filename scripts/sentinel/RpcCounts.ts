// SPDX-License-Identifier: MIT
import type { RpcObserver } from "../chain/RpcObserver.ts";
import type { Breaker } from "../model/stepBreaker.ts";

/** How the own endpoints did between two looks; undefined when nothing was asked. Shares of one. */
export interface EndpointShares {
  readonly errorShare: number | undefined;
  readonly disagreementShare: number | undefined;
}

/** What is no failure of an endpoint: it answered, if only that the chain refuses. */
const ANSWERS = new Set(["ok", "callReverted"]);

/** Counts what happens to endpoints, and passes it on. */
export class RpcCounts implements RpcObserver {
  readonly #next: RpcObserver;
  #asked = 0;
  #failed = 0;
  #disagreed = 0;

  constructor(next: RpcObserver) {
    this.#next = next;
  }

  answered(endpoint: string, method: string, outcome: string, elapsedMs: number): void {
    this.#asked += 1;
    if (!ANSWERS.has(outcome)) this.#failed += 1;
    this.#next.answered(endpoint, method, outcome, elapsedMs);
  }

  breakerChanged(endpoint: string, breaker: Breaker): void {
    this.#next.breakerChanged(endpoint, breaker);
  }

  disagreed(endpoint: string, method: string): void {
    this.#disagreed += 1;
    this.#next.disagreed(endpoint, method);
  }

  lagged(endpoint: string, blocks: bigint): void {
    this.#next.lagged(endpoint, blocks);
  }

  /** Shares since the last call. */
  take(): EndpointShares {
    const [asked, failed, disagreed] = [this.#asked, this.#failed, this.#disagreed];
    [this.#asked, this.#failed, this.#disagreed] = [0, 0, 0];
    if (asked === 0) return { errorShare: undefined, disagreementShare: undefined };
    return { errorShare: failed / asked, disagreementShare: disagreed / asked };
  }
}
