// SPDX-License-Identifier: MIT
import { ROUND_MS, ROUND_SECONDS } from "./constants.ts";

/** Round in which `timeMs` (unix milliseconds, not negative) lies. */
export function roundAt(timeMs: bigint): bigint {
  return timeMs / ROUND_MS;
}

/** First millisecond of `round`: the observation time of its prices. */
export function roundStartMs(round: bigint): bigint {
  return round * ROUND_MS;
}

/** First second of `round`. */
export function roundStartSeconds(round: bigint): bigint {
  return round * ROUND_SECONDS;
}
