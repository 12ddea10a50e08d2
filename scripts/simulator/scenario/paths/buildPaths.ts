// SPDX-License-Identifier: MIT
import type { PathSource, Scenario } from "../Scenario.ts";
import { coinOf } from "../coinOf.ts";
import { anchorSpans } from "./anchorSpans.ts";
import type { PricePath } from "./PricePath.ts";
import { SpanPath } from "./SpanPath.ts";
import { walkSpans } from "./walkSpans.ts";

/** The true prices of a scenario. */
export interface ScenarioPaths {
  /** By feed id. */
  readonly feeds: ReadonlyMap<string, PricePath>;
  /** By symbol: what is listed, and the coins of the feeds. */
  readonly collateral: ReadonlyMap<string, PricePath>;
}

/** The true prices of a scenario. A walk stays where it is once the scenario's time is over, as anchors do after the last. */
export function buildPaths(
  scenario: Pick<Scenario, "seed" | "durationSeconds" | "feeds" | "collateral">,
): ScenarioPaths {
  const { seed, durationSeconds } = scenario;
  const feeds = new Map(
    scenario.feeds.map(({ id, path }) => [id, buildPath(seed, `path ${id}`, path, durationSeconds)] as const),
  );
  const coins = scenario.feeds.map(({ id }) => [coinOf(id), feeds.get(id)!] as const);
  const listed = [...scenario.collateral.values()].map(
    ({ symbol, path }) => [symbol, buildPath(seed, `collateral ${symbol}`, path, durationSeconds)] as const,
  );
  return { feeds, collateral: new Map([...coins, ...listed]) };
}

/**
 * One path.
 * @param name Names its streams of randomness.
 * @param lengthSeconds How far a walk goes on.
 */
export function buildPath(seed: number, name: string, source: PathSource, lengthSeconds: number): PricePath {
  if (source.model === "anchors")
    return new SpanPath(seed, anchorSpans(seed, name, source.anchors), source.anchors.at(-1)!.price);
  const spans = walkSpans(seed, name, source, lengthSeconds + 1);
  const path = new SpanPath(seed, spans, source.start);
  return { priceAt: (seconds) => path.priceAt(Math.min(seconds, lengthSeconds)) };
}
