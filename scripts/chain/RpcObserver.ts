// SPDX-License-Identifier: MIT
import type { Breaker } from "../model/stepBreaker.ts";

/** Hears what happens to endpoints, for metrics and logs. */
export interface RpcObserver {
  /** A request ended; `outcome` is "ok" or the code of its error, `elapsedMs` what it took. */
  answered(endpoint: string, method: string, outcome: string, elapsedMs: number): void;
  breakerChanged(endpoint: string, breaker: Breaker): void;
  /** An endpoint gave another answer than enough of the others. */
  disagreed(endpoint: string, method: string): void;
  /** Heights were compared: the endpoint is so many blocks behind what enough others have. */
  lagged(endpoint: string, blocks: bigint): void;
}
