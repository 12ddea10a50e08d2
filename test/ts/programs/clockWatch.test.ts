// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { stepClockWatch, UNWATCHED } from "../../../scripts/model/stepClockWatch.ts";
import type { ClockVerdict } from "../../../scripts/model/stepClockWatch.ts";

const BOUND_MS = 60_000n;

/** Verdicts of looks, each own clock and newest block in seconds. */
function verdicts(...looks: readonly (readonly [now: number, head: number])[]): ClockVerdict[] {
  let watch = UNWATCHED;
  return looks.map(([now, head]) => {
    watch = stepClockWatch(watch, { nowMs: BigInt(now) * 1_000n, headMs: BigInt(head) * 1_000n }, BOUND_MS);
    return watch.verdict;
  });
}

describe("a clock beside its chain", () => {
  it("is sound while blocks come about when they say, a second or half a minute off", () => {
    assert.deepEqual(verdicts([1_000, 999], [1_012, 1_011], [1_055, 1_025], [1_060, 1_089]), Array(4).fill("sound"));
  });

  it("is behind when a block is from the future", () => {
    assert.deepEqual(verdicts([1_000, 1_061]), ["behind"]);
  });

  it("is ahead when a block that has just come is old", () => {
    assert.deepEqual(verdicts([1_600, 1_000], [1_605, 1_000], [1_612, 1_012]), ["sound", "sound", "ahead"]);
  });

  it("stays ahead until a block says otherwise", () => {
    assert.deepEqual(verdicts([1_600, 1_000], [1_612, 1_012], [1_617, 1_012], [1_024, 1_024]), [
      "sound",
      "ahead",
      "ahead",
      "sound",
    ]);
  });

  it("is not doubted for a chain that stands", () => {
    const looks = Array.from({ length: 400 }, (_, index) => [1_000 + 5 * index, 1_000] as const);
    assert.deepEqual([...new Set(verdicts(...looks))], ["sound"]);
  });

  it("is unsure after a jump on a chain that stands, until a block comes", () => {
    assert.deepEqual(verdicts([1_000, 995], [1_600, 995], [1_605, 995], [1_612, 1_607]), [
      "sound",
      "unsure",
      "unsure",
      "sound",
    ]);
  });

  it("is sound at once when time passed unseen and the chain went on", () => {
    assert.deepEqual(verdicts([1_000, 995], [9_000, 8_995]), ["sound", "sound"]);
  });

  it("is unsure when it was behind and is far ahead of the newest block now", () => {
    assert.deepEqual(verdicts([1_000, 1_100], [1_005, 1_100], [1_200, 1_100]), ["behind", "behind", "unsure"]);
  });
});
