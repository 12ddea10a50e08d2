// SPDX-License-Identifier: MIT
import { expect } from "chai";
import fc from "fast-check";

import { buildPath, buildPaths } from "../../../../scripts/simulator/scenario/paths/buildPaths.ts";
import type { PricePath } from "../../../../scripts/simulator/scenario/paths/PricePath.ts";
import type { PathAnchor } from "../../../../scripts/simulator/scenario/Scenario.ts";
import { stepAt } from "../../../../scripts/simulator/scenario/stepAt.ts";
import { withMore } from "./scenarioText.ts";
import { expectNear } from "../../model/expectNear.ts";

const DAY = 86_400;
const YEAR = 365 * DAY;

const anchorsOf = (
  points: readonly (readonly [minute: number, dollars: number, volatility?: number])[],
): PathAnchor[] =>
  points.map(([minute, dollars, volatility = 0]) => ({
    atSeconds: minute * 60,
    price: BigInt(Math.round(dollars * 1e8)),
    volatility,
  }));
const bridged = (seed: number, anchors: readonly PathAnchor[]): PricePath =>
  buildPath(seed, "path ETH-USD", { model: "anchors", anchors }, 0);
const CRASH = anchorsOf([
  [0, 194],
  [640, 184, 1.3],
  [690, 150, 5],
  [2160, 133, 3],
]);
const WALK = {
  model: "gbm-jump",
  start: 3_000n * 10n ** 8n,
  volatility: 0.8,
  drift: 0,
  jumpsPerDay: 0,
  jumpSize: 0,
} as const;

/** Annual volatility that a path shows between two seconds, looked at every 15 s. */
function realised(path: PricePath, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at + 15 <= to; at += 15)
    sum += Math.log(Number(path.priceAt(at + 15)) / Number(path.priceAt(at))) ** 2;
  return Math.sqrt((sum * YEAR) / (to - from));
}

const anchorLists = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 40_000 }),
      price: fc.bigInt({ min: 10n ** 6n, max: 10n ** 10n }),
      volatility: fc.double({ min: 0, max: 10, noNaN: true }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((points) => {
    let atSeconds = 0;
    return points.map(({ gap, price, volatility }, index) => {
      atSeconds += index === 0 ? 0 : gap;
      return { atSeconds, price, volatility };
    });
  });

describe("paths of true prices", () => {
  it("hit every anchor exactly", () => {
    fc.assert(
      fc.property(fc.integer(), anchorLists, (seed, anchors) => {
        const path = bridged(seed, anchors);
        for (const { atSeconds, price } of anchors) expect(path.priceAt(atSeconds)).to.equal(price);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("stay above nothing between anchors, however wild", () => {
    fc.assert(
      fc.property(fc.integer(), anchorLists, fc.double({ min: 0, max: 1, noNaN: true }), (seed, anchors, share) => {
        expect(bridged(seed, anchors).priceAt(anchors.at(-1)!.atSeconds * share) > 0n).to.equal(true);
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it("answer the same whoever asked before, and in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_200 * 60 }), { maxLength: 40 }), (seconds) => {
        const asked = bridged(7, CRASH);
        const answers = new Map(seconds.map((at) => [at, asked.priceAt(at)]));
        for (const [at, answer] of answers) expect(bridged(7, CRASH).priceAt(at)).to.equal(answer);
      }),
      { numRuns: 20, seed: 3 },
    );
  });

  it("answer the same after more was asked than is kept", () => {
    const path = buildPath(7, "walk", WALK, 3 * DAY);
    const first = path.priceAt(12_345);
    for (let at = 0; at < 3 * DAY; at += 1_000) path.priceAt(at);
    expect(path.priceAt(12_345)).to.equal(first);
  });

  it("show the volatility that stands at the end of the bridge", () => {
    const path = bridged(3, CRASH);
    expect(realised(path, 0, 640 * 60), "first").to.be.within(1.2, 1.4);
    expect(realised(path, 690 * 60, 2_160 * 60), "last").to.be.within(2.8, 3.2);
  });

  it("are Brownian bridges: half way they vary by a quarter of what is between the anchors", () => {
    for (const seconds of [2, 2_048]) {
      const anchors = [0, seconds].map((atSeconds) => ({ atSeconds, price: 10n ** 11n, volatility: 4 }));
      const squares = Array.from({ length: 2_000 }, (_, seed) => {
        return Math.log(Number(bridged(seed, anchors).priceAt(seconds / 2)) / 1e11) ** 2;
      });
      const variance = squares.reduce((sum, square) => sum + square, 0) / squares.length;
      expect((variance * YEAR) / (16 * seconds), `${seconds} s`).to.be.within(0.23, 0.27);
    }
  });

  it("take another way between every two anchors", () => {
    const twice = bridged(
      3,
      anchorsOf([
        [0, 100],
        [60, 100, 2],
        [120, 100, 2],
      ]),
    );
    for (const second of [500, 1_024]) expect(twice.priceAt(second)).not.to.equal(twice.priceAt(3_600 + second));
  });

  it("are straight lines of the logarithm where no volatility is given", () => {
    const path = bridged(
      3,
      anchorsOf([
        [0, 100],
        [60, 400],
      ]),
    );
    expectNear(Number(path.priceAt(1_800)) / 1e8, "half way", 200, 1e-6);
  });

  it("stay at the last anchor, and before the start at the first", () => {
    const path = bridged(3, CRASH);
    expect(path.priceAt(10 ** 9)).to.equal(CRASH.at(-1)!.price);
    expect(path.priceAt(-5)).to.equal(CRASH[0]!.price);
  });

  it("move from second to second, also within a block", () => {
    const path = bridged(3, CRASH);
    const prices = new Set(Array.from({ length: 12 }, (_, second) => path.priceAt(60_000 + second)));
    expect(prices.size).to.equal(12);
  });

  it("keep the bridges that a moved anchor does not touch", () => {
    const moved = CRASH.map((anchor, index) => (index === 3 ? { ...anchor, price: anchor.price * 2n } : anchor));
    expect(bridged(3, moved).priceAt(20_000)).to.equal(bridged(3, CRASH).priceAt(20_000));
    expect(bridged(3, moved).priceAt(100_000)).not.to.equal(bridged(3, CRASH).priceAt(100_000));
  });

  it("differ with the seed", () => {
    expect(bridged(3, CRASH).priceAt(20_000)).not.to.equal(bridged(4, CRASH).priceAt(20_000));
  });
});

describe("random walks with jumps", () => {
  it("start at their first price and stay where they are when the time is over", () => {
    const path = buildPath(5, "walk", WALK, DAY);
    expect(path.priceAt(0)).to.equal(WALK.start);
    expect(path.priceAt(10 * DAY)).to.equal(path.priceAt(DAY));
  });

  it("show their volatility", () => {
    expect(realised(buildPath(5, "walk", WALK, 7 * DAY), 0, 7 * DAY)).to.be.within(0.77, 0.83);
  });

  it("are fair games without drift, jumps included", () => {
    const jumpy = { ...WALK, volatility: 0.4, jumpsPerDay: 40, jumpSize: 0.05 };
    const ends = Array.from({ length: 800 }, (_, seed) => Number(buildPath(seed, "walk", jumpy, DAY).priceAt(DAY)));
    const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length / Number(WALK.start);
    expect(mean).to.be.within(0.97, 1.03);
  });

  it("jump about as often as they are told", () => {
    const jumpy = { ...WALK, volatility: 0, jumpsPerDay: 60, jumpSize: 0.05 };
    const path = buildPath(5, "walk", jumpy, 4 * DAY);
    let jumps = 0;
    for (let at = 1; at < 4 * DAY; at += 1) {
      const move = Math.abs(Number(path.priceAt(at)) / Number(path.priceAt(at - 1)) - 1);
      if (move > 1e-4) jumps += 1;
    }
    expect(jumps).to.be.within(190, 290);
  });

  it("keep their shape while the number of jumps is changed", () => {
    const jumpy = buildPath(5, "walk", { ...WALK, jumpsPerDay: 1e-9, jumpSize: 0 }, DAY);
    expect(jumpy.priceAt(5_000)).to.equal(buildPath(5, "walk", WALK, DAY).priceAt(5_000));
  });
});

describe("steps", () => {
  const steps = [
    { atSeconds: 0, value: 20 },
    { atSeconds: 60, value: 80 },
    { atSeconds: 120, value: 400 },
  ];

  it("hold from their second until the next", () => {
    expect([0, 59, 60, 119.9, 120, 1e9].map((at) => stepAt(steps, at))).to.deep.equal([20, 20, 80, 80, 400, 400]);
  });
});

describe("the true prices of a scenario", () => {
  it("are those of its feeds, its collateral and its feeds' coins", () => {
    const paths = buildPaths(withMore("collateral: { DAI: { path: [[0, 1], [60, 0.5]] } }"));
    expect(paths.feeds.get("ETH-USD")!.priceAt(3_600)).to.equal(80n * 10n ** 8n);
    expect(paths.collateral.get("ETH")!.priceAt(3_600)).to.equal(80n * 10n ** 8n);
    expect(paths.collateral.get("USDC")!.priceAt(3_600)).to.equal(10n ** 8n);
    expect(paths.collateral.get("DAI")!.priceAt(3_600)).to.equal(5n * 10n ** 7n);
  });
});
