// SPDX-License-Identifier: MIT
import { SlowWitness, USUAL_WITNESS } from "../../../../scripts/model/market/slowWitness.ts";
import type { WitnessPace } from "../../../../scripts/model/market/slowWitness.ts";
import { FeedReplay, ROLLUP_PACE, ROUND_SECONDS } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { ReplayPace } from "../../../../scripts/model/risk/FeedReplay.ts";
import { liquidationOf } from "../../../../scripts/model/risk/modeMachine.ts";
import { LEVELS } from "../../../../scripts/model/risk/types.ts";
import type { Level, Liquidation } from "../../../../scripts/model/risk/types.ts";

/** A round that begins a half hour. */
export const START_ROUND = 115_000_080;
export const START_PRICE = 3_000e8;
export const ROUNDS_PER_MINUTE = 60 / ROUND_SECONDS;
export const ROUNDS_PER_HOUR = 3_600 / ROUND_SECONDS;
/** Shows every price at once: the witness rows stay silent, whatever the market does. */
export const EXACT_WITNESS: WitnessPace = {
  thresholdBps: 0,
  heartbeatSeconds: ROUND_SECONDS,
  lagSeconds: 0,
  stamp: "look",
};

/** A long calm feed at `price`. */
export function startReplay(
  price = START_PRICE,
  witness: WitnessPace | "none" = USUAL_WITNESS,
  pace: ReplayPace = ROLLUP_PACE,
): FeedReplay {
  const source = witness === "none" ? undefined : new SlowWitness(witness, price, START_ROUND * ROUND_SECONDS);
  return new FeedReplay(price, START_ROUND, pace, source);
}

export const isAtLeast = (level: Level, least: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(least);

/** Who may be liquidated right after `round`. */
export function permissionAt(replay: FeedReplay, round: number, heartbeat = ROLLUP_PACE.heartbeat): Liquidation {
  const { latest } = replay.feed;
  const age = BigInt((round - latest.round) * ROUND_SECONDS + 3);
  return liquidationOf(replay.stance, age, BigInt(heartbeat), BigInt(latest.dispersion * 10));
}

/** Prints rows under headings, columns aligned: what docs/RISK.md publishes. */
export function printTable(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  console.log([`    ${title}`, ...lines.map((line) => `      ${line}`)].join("\n"));
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
