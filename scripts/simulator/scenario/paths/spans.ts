// SPDX-License-Identifier: MIT
import { exp, normal } from "../../../model/market/repeatableMath.ts";
import type { Units } from "../../../model/market/repeatableMath.ts";

export const YEAR_SECONDS = 365 * 86_400;
/** Longest span: what is drawn at once when somebody asks for a second within. */
export const SPAN_SECONDS = 1_024;

/** A jump of the logarithm, in force from its second on. */
export interface Jump {
  readonly atSeconds: number;
  readonly size: number;
}

/** A stretch of a path of which both ends are known: what lies between is a Brownian bridge of the logarithm, with jumps. */
export interface Span {
  readonly fromSeconds: number;
  /** Excluded: the next span begins here. */
  readonly toSeconds: number;
  /** What logarithms are counted from; 8 decimals. */
  readonly base: number;
  readonly fromLog: number;
  readonly toLog: number;
  /** Of the logarithm, per second. */
  readonly variance: number;
  readonly jumps: readonly Jump[];
  /** Name of the stream that its inside is drawn from. */
  readonly stream: string;
}

/** A Brownian bridge on its way. */
interface Bridge {
  readonly log: number;
  readonly end: number;
  /** Seconds until the end. */
  readonly left: number;
  /** Per second. */
  readonly variance: number;
}

/** Where a bridge is after so many seconds, less than are left: its share of what is left to go, and its freedom. */
export function bridgeStep({ log, end, left, variance }: Bridge, seconds: number, units: Units): number {
  const freedom = (variance * seconds * (left - seconds)) / left;
  const drawn = freedom === 0 ? 0 : Math.sqrt(freedom) * normal(units);
  return log + ((end - log) * seconds) / left + drawn;
}

/** Prices of every second of a span, its first included; 8 decimals, not rounded. */
export function fillSpan(span: Span, units: Units): Float64Array {
  const { fromSeconds, toSeconds, base, variance, jumps } = span;
  const prices = new Float64Array(toSeconds - fromSeconds);
  const end = span.toLog - jumpedBefore(jumps, toSeconds);
  let log = span.fromLog;
  prices[0] = base * exp(log + jumpedBefore(jumps, fromSeconds + 1));
  for (let second = 1; second < prices.length; second += 1) {
    log = bridgeStep({ log, end, left: prices.length - second + 1, variance }, 1, units);
    prices[second] = base * exp(log + jumpedBefore(jumps, fromSeconds + second + 1));
  }
  return prices;
}

function jumpedBefore(jumps: readonly Jump[], seconds: number): number {
  let sum = 0;
  for (const { atSeconds, size } of jumps) if (atSeconds < seconds) sum += size;
  return sum;
}
