// SPDX-License-Identifier: MIT
/** How much an endpoint is trusted to answer. Times in milliseconds of one timer. */
export type Breaker =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly untilMs: number; readonly trips: number }
  | { readonly kind: "halfOpen"; readonly trips: number };

/** When a breaker opens and for how long. */
export interface BreakerPolicy {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** First pause; doubles with every failed trial. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

/** What happened to an endpoint. */
export type BreakerEvent =
  | { readonly kind: "asked" }
  | { readonly kind: "succeeded" }
  /** `pauseMs` is what the endpoint itself asked for. */
  | { readonly kind: "failed"; readonly pauseMs?: number };

/** A breaker before anything happened. */
export const CLOSED: Breaker = { kind: "closed", failures: 0 };

/** Whether a request may go to the endpoint: always while closed, one trial once the pause is over. */
export function admits(breaker: Breaker, nowMs: number): boolean {
  return breaker.kind === "closed" || (breaker.kind === "open" && nowMs >= breaker.untilMs);
}

/** The breaker after an event. Pure. */
export function stepBreaker(breaker: Breaker, event: BreakerEvent, nowMs: number, policy: BreakerPolicy): Breaker {
  if (event.kind === "succeeded") return CLOSED;
  if (event.kind === "asked")
    return breaker.kind === "open" && nowMs >= breaker.untilMs ? { kind: "halfOpen", trips: breaker.trips } : breaker;

  const asked = event.pauseMs === undefined ? undefined : Math.min(event.pauseMs, policy.longestPauseMs);
  if (breaker.kind === "closed") {
    const failures = breaker.failures + 1;
    if (asked === undefined && failures < policy.failures) return { kind: "closed", failures };
    return { kind: "open", untilMs: nowMs + (asked ?? policy.pauseMs), trips: 1 };
  }
  // A failure of a request that was under way when the breaker opened, or one made because nobody else was left.
  if (breaker.kind === "open") return breaker;
  const pauseMs = Math.min(policy.pauseMs * 2 ** Math.min(breaker.trips, 30), policy.longestPauseMs);
  return { kind: "open", untilMs: nowMs + Math.max(pauseMs, asked ?? 0), trips: breaker.trips + 1 };
}
