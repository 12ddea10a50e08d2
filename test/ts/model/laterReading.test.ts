// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { laterReading } from "../../../scripts/model/clearing/laterReading.ts";
import type { FeedState } from "../../../scripts/model/oracle/types.ts";
import { bandOf } from "../../../scripts/model/risk/feedReading.ts";

const ROUND_SECONDS = 15;
const ROUND = 117_916_870;
const START = ROUND * ROUND_SECONDS;

/** A price of that round, 8 decimals, with a dispersion in steps of 10 ppm. */
function feedAt(price: number, dispersion: number): FeedState {
  const latest = { price, round: ROUND, dispersion, pending: false };
  return { latest, witness: { distanceBps: 0 } } as unknown as FeedState;
}

describe("A reading some seconds later", () => {
  it("has the band that the risk contract gives by then, to three units, and never a narrower one", () => {
    for (const [price, dispersion] of [
      [3_511_11e6, 22],
      [1, 0],
      [99_999_999_99e6, 400],
    ] as const)
      for (const [age, seconds] of [
        [0, 12],
        [15, 60],
        [270, 2],
        [80_000, 6_400],
      ] as const) {
        const feed = feedAt(price, dispersion);
        const latest = { price: BigInt(price), ...bandOf(feed, START + age) };
        const given = { age: BigInt(age), latest, earlier: undefined };
        const { latest: later, age: old } = laterReading(given, BigInt(seconds));
        const { low, high } = bandOf(feed, START + age + seconds);
        const where = `${price} at ${age} + ${seconds}`;
        assert.equal(old, BigInt(age + seconds));
        assert.isTrue(later.low <= low && low - later.low <= 3n, `${where}: ${later.low} for ${low}`);
        assert.isTrue(later.high >= high && later.high - high <= 3n, `${where}: ${later.high} for ${high}`);
      }
  });

  it("widens the earlier price alike, and leaves one that there is not", () => {
    const latest = { price: 1_000_000n, low: 999_000n, high: 1_001_000n };
    const { earlier } = laterReading({ age: 0n, latest, earlier: latest }, 60n);
    assert.deepEqual(earlier, { price: 1_000_000n, low: 995_048n, high: 1_004_952n });
    assert.equal(laterReading({ age: 0n, latest, earlier: undefined }, 60n).earlier, undefined);
  });
});
