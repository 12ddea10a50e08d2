// SPDX-License-Identifier: MIT
import { exp, normal } from "../../../model/market/repeatableMath.ts";
import type { Units } from "../../../model/market/repeatableMath.ts";
import type { PathSource } from "../Scenario.ts";
import { streamOf } from "../streams.ts";
import { SPAN_SECONDS, YEAR_SECONDS } from "./spans.ts";
import type { Jump, Span } from "./spans.ts";

const DAY_SECONDS = 86_400;

/** A random walk of the logarithm with normally distributed jumps. */
export type Walk = Extract<PathSource, { model: "gbm-jump" }>;

/**
 * Spans of a walk that reach at least `lengthSeconds`. Diffusion and jumps draw from streams of their own, so that a path
 * keeps its shape while the number of jumps is swept.
 * @param name Of the path.
 */
export function walkSpans(seed: number, name: string, walk: Walk, lengthSeconds: number): Span[] {
  const units = streamOf(seed, name);
  const variance = (walk.volatility * walk.volatility) / YEAR_SECONDS;
  const drift = driftOf(walk);
  const spans: Span[] = [];
  let log = 0;
  for (let at = 0; at < lengthSeconds; at += SPAN_SECONDS) {
    const jumps = drawJumps(walk, at, streamOf(seed, `${name} jumps ${spans.length}`));
    const jumped = jumps.reduce((sum, { size }) => sum + size, 0);
    const toLog = log + drift * SPAN_SECONDS + Math.sqrt(variance * SPAN_SECONDS) * normal(units) + jumped;
    spans.push({
      fromSeconds: at,
      toSeconds: at + SPAN_SECONDS,
      base: Number(walk.start),
      fromLog: log,
      toLog,
      variance,
      jumps,
      stream: `${name} span ${spans.length}`,
    });
    log = toLog;
  }
  return spans;
}

/** Of the logarithm, per second: what makes the expected price grow by the drift, jumps included. */
function driftOf({ drift, volatility, jumpsPerDay, jumpSize }: Walk): number {
  const perJump = exp((jumpSize * jumpSize) / 2) - 1;
  return (drift - (volatility * volatility) / 2) / YEAR_SECONDS - (jumpsPerDay * perJump) / DAY_SECONDS;
}

/** The jumps of a span: a Poisson number of them, each at a second after the first. */
function drawJumps({ jumpsPerDay, jumpSize }: Walk, fromSeconds: number, units: Units): Jump[] {
  const jumps: Jump[] = [];
  const none = exp(-(jumpsPerDay * SPAN_SECONDS) / DAY_SECONDS);
  for (let left = 1 - units.unit(); left > none; left *= 1 - units.unit()) {
    const atSeconds = fromSeconds + 1 + Math.floor(units.unit() * (SPAN_SECONDS - 1));
    jumps.push({ atSeconds, size: jumpSize * normal(units) });
  }
  return jumps;
}
