// SPDX-License-Identifier: MIT
import { ln } from "../../../model/market/repeatableMath.ts";
import type { PathAnchor } from "../Scenario.ts";
import { streamOf } from "../streams.ts";
import { bridgeStep, SPAN_SECONDS, YEAR_SECONDS } from "./spans.ts";
import type { Span } from "./spans.ts";

/**
 * Spans through anchors, which are hit exactly. Every bridge draws from a stream of its own, so that moving one anchor
 * leaves the bridges that do not touch it as they were.
 * @param name Of the path.
 */
export function anchorSpans(seed: number, name: string, anchors: readonly PathAnchor[]): Span[] {
  return anchors.slice(1).flatMap((to, index) => bridgeSpans(seed, `${name} bridge ${index + 1}`, anchors[index]!, to));
}

/** A bridge in spans: first their ends, as a bridge of bridges is a bridge. */
function bridgeSpans(seed: number, name: string, from: PathAnchor, to: PathAnchor): Span[] {
  const base = Number(from.price);
  const end = ln(Number(to.price) / base);
  const variance = (to.volatility * to.volatility) / YEAR_SECONDS;
  const units = streamOf(seed, name);
  const spans: Span[] = [];
  let log = 0;
  for (let at = from.atSeconds; at < to.atSeconds; at += SPAN_SECONDS) {
    const left = to.atSeconds - at;
    const seconds = Math.min(SPAN_SECONDS, left);
    const toLog = seconds === left ? end : bridgeStep({ log, end, left, variance }, seconds, units);
    const stream = `${name} span ${spans.length}`;
    spans.push({ fromSeconds: at, toSeconds: at + seconds, base, fromLog: log, toLog, variance, jumps: [], stream });
    log = toLog;
  }
  return spans;
}
