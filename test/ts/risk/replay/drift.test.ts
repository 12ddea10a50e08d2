// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { exp } from "../../../../scripts/model/market/repeatableMath.ts";
import { ROLLUP_PACE } from "../../../../scripts/model/risk/FeedReplay.ts";
import type { Level } from "../../../../scripts/model/risk/types.ts";
import { EXACT_WITNESS, isAtLeast, percent, printTable, ROUNDS_PER_HOUR, START_PRICE } from "./replayTools.ts";
import { START_ROUND, startReplay } from "./replayTools.ts";

const HALVINGS = 12;
const EVERY_ROUND = { ...ROLLUP_PACE, deviationBps: 0 };

/** Whether a constant log drift by `total` over `rounds` stays below `level`; the witness drifts along and says nothing. */
function staysBelow(level: Level, total: number, rounds: number): boolean {
  const replay = startReplay(START_PRICE, EXACT_WITNESS, EVERY_ROUND);
  for (let step = 1; step <= rounds; step += 1) {
    replay.step(START_ROUND + step, Math.round(START_PRICE * exp((total * step) / rounds)));
    if (isAtLeast(replay.stance.mode, level)) return false;
  }
  return true;
}

/** Largest constant drift that stays below a level, as a share of the price, by halving. */
function largestDrift(level: Level, hours: number, sign: 1 | -1): number {
  const rounds = hours * ROUNDS_PER_HOUR;
  let [low, high] = [0, 3];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (staysBelow(level, sign * middle, rounds)) low = middle;
    else high = middle;
  }
  return exp(sign * low) - 1;
}

describe("The largest constant drift that the moves of a price alone do not see (review 41)", () => {
  const rows: string[][] = [];
  after(() => printTable("largest drift below a level", ["level", "hours", "up", "down"], rows));

  // What the review found with the averages as they are; above Cautious the 12 h row ends at ReduceOnly.
  for (const [level, hours, up, down] of [
    ["cautious", 1, 0.2, -0.17],
    ["cautious", 24, 0.56, -0.38],
    ["reduceOnly", 24, 1.6, -0.63],
  ] as const) {
    it(`below ${level} in ${hours} h is at most ${percent(up)} up and ${percent(-down)} down: the witness must bound it`, () => {
      const measured = [largestDrift(level, hours, 1), largestDrift(level, hours, -1)] as const;
      rows.push([level, `${hours}`, percent(measured[0]), percent(-measured[1])]);
      expect(measured[0], "up").to.be.within(up * 0.8, up * 1.05);
      expect(measured[1], "down").to.be.within(down * 1.05, down * 0.8);
    }).timeout(120_000);
  }
});
