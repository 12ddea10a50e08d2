// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { aggregateFeed } from "../../../scripts/model/aggregate.ts";
import type { WeightedVector } from "../../../scripts/model/aggregate.ts";
import { RELIABILITY_ONE } from "../../../scripts/model/constants.ts";
import type { IPriceOracle } from "../../../typechain-types/oracle/PriceOracle.ts";
import { OracleBench } from "./OracleBench.ts";
import type { Vector } from "./OracleBench.ts";

const FAIR = 3000n * 10n ** 8n;

class Dice {
  private readonly generator;
  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }
  within(low: number, high: number): number {
    return uniformInt(this.generator, low, high);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.within(0, items.length - 1)]!;
  }
}

interface Draw {
  readonly vectors: WeightedVector[];
  readonly faulty: ReadonlySet<number>;
  readonly active: bigint;
}

/** A random set: Pareto-like stakes capped at 1.5 / n, noisy honest reports, just under a third faulty at full reliability. */
function draw(dice: Dice, lieBps: number): Draw {
  const count = dice.pick([4, 7, 13, 21, 32]);
  const raw = Array.from({ length: count }, () => Math.floor(1000 / (dice.within(1, 1000) / 1000) ** (1 / 1.5)));
  const cap = Math.floor(Math.min(1.5 / count, 0.3) * raw.reduce((a, b) => a + b, 0) || 1);
  const weights = raw.map((weight) => BigInt(Math.min(weight, cap)));
  const active = weights.reduce((a, b) => a + b, 0n);
  const faulty = new Set<number>();
  let lying = 0n;
  for (const seat of Array.from({ length: count }, (_, index) => index).sort(() => dice.within(0, 1) - 0.5)) {
    if (3n * (lying + weights[seat]!) >= active) continue;
    faulty.add(seat);
    lying += weights[seat]!;
  }
  const noise = (): bigint => FAIR + (FAIR * BigInt(dice.within(-100, 100) + dice.within(-100, 100))) / 200_000n;
  const honest = weights.map(noise);
  const highest = honest.filter((_, seat) => !faulty.has(seat)).reduce((a, b) => (a > b ? a : b), 0n);
  const vectors = weights.map((weight, seat) => ({
    seat,
    weight,
    reliability: faulty.has(seat) ? RELIABILITY_ONE : (RELIABILITY_ONE * BigInt(dice.within(500, 1000))) / 1000n,
    prices: [
      faulty.has(seat) ? highest + (highest * BigInt(lieBps)) / 10_000n : honest[seat]!,
      0n,
      0n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ],
  }));
  return { vectors, faulty, active };
}

/** Every bundle a relayer can aim with: drop honest reports from the low end while the quorum holds. */
function aimedSubsets({ vectors, faulty, active }: Draw): WeightedVector[][] {
  const honest = vectors.filter(({ seat }) => !faulty.has(seat)).sort((a, b) => (a.prices[0]! < b.prices[0]! ? -1 : 1));
  const liars = vectors.filter(({ seat }) => faulty.has(seat));
  const subsets: WeightedVector[][] = [];
  for (let dropped = 0; dropped < honest.length; dropped += 1) {
    const subset = [...honest.slice(dropped), ...liars];
    const weight = subset.reduce((sum, vector) => sum + vector.weight, 0n);
    if (3n * weight <= 2n * active || subset.length < 3) break;
    subsets.push(subset);
  }
  return subsets;
}

function honestRange({ vectors, faulty }: Draw): [bigint, bigint] {
  const prices = vectors.filter(({ seat }) => !faulty.has(seat)).map(({ prices: [price] }) => price!);
  return [prices.reduce((a, b) => (a < b ? a : b)), prices.reduce((a, b) => (a > b ? a : b))];
}

describe("Honest range", () => {
  it("holds the published price under every aimed subset while less than a third is faulty (review 1)", () => {
    const dice = new Dice(7);
    let escapesOfToleranceAlone = 0;
    let checked = 0;
    for (let index = 0; index < 1500; index += 1) {
      const set = draw(dice, dice.pick([1, 5, 10, 15, 20, 24, 30, 60, 200, 400, 9000]));
      const [low, high] = honestRange(set);
      for (const subset of aimedSubsets(set)) {
        const result = aggregateFeed(subset, 0, { active: set.active, nominal: set.active })!;
        checked += 1;
        expect(
          result.published >= low && result.published <= high,
          `draw ${index}: ${result.published} in [${low}, ${high}]`,
        ).to.equal(true);
        const tolerated = result.divergent ? result.stakeMedian : result.effectiveMedian;
        if (tolerated > high || tolerated < low) escapesOfToleranceAlone += 1;
      }
    }
    expect(checked > 3000, `${checked} bundles`).to.equal(true);
    expect(
      escapesOfToleranceAlone > 50,
      `the 25 bps tolerance alone lets ${escapesOfToleranceAlone} escape: the bounds are needed`,
    ).to.equal(true);
  });

  it("holds on the contract too", async () => {
    const dice = new Dice(11);
    for (let index = 0; index < 12; index += 1) {
      const set = draw(dice, dice.pick([10, 20, 60, 6000]));
      const bench = await OracleBench.create({ weights: set.vectors.map(({ weight }) => Number(weight)) });
      const [low, high] = honestRange(set);
      const subsets = aimedSubsets(set);
      for (const subset of [subsets[0]!, subsets.at(-1)!]) {
        await bench.relay(await bench.nextRound(), new Map(subset.map(({ seat, prices }) => [seat, [prices[0]!]])));
        const published = (await bench.oracle.latestRoundData(0))[1];
        expect(published >= low && published <= high, `draw ${index}`).to.equal(true);
      }
    }
  }).timeout(120_000);

  it("keeps a quarter of the weight from moving the dispersion past the honest range (review 2)", () => {
    const dice = new Dice(13);
    for (let index = 0; index < 300; index += 1) {
      const set = draw(dice, 450);
      const [low, high] = honestRange(set);
      const result = aggregateFeed(set.vectors, 0, { active: set.active, nominal: set.active })!;
      const limit = (1_570_000n * (high - low)) / result.published + 1n;
      expect(result.dispersionPpm <= limit, `draw ${index}: D ${result.dispersionPpm} within ${limit}`).to.equal(true);
    }
  });

  it("lets one DIVERGENT median trip nothing: five in twenty do (review 3)", async () => {
    const bench = await OracleBench.create({ weights: [100, 100, 100, 100, 100, 100, 100] });
    await bench.witness(0, FAIR);
    // Seats 4 to 6 become unreliable, so that stake and effective median can part.
    for (let epoch = 0; epoch < 8; epoch += 1) {
      for (let i = 0; i < 3; i += 1) {
        const vectors = bench.same([FAIR]);
        for (const seat of [4, 5, 6]) vectors.set(seat, [(FAIR * 10_200n) / 10_000n]);
        await bench.relay(await bench.nextRound(), vectors);
      }
      await bench.oracle.connect(bench.registry).closeEpoch();
    }
    for (let i = 0; i < 80; i += 1) {
      if (i % 20 === 0) await bench.witness(0, FAIR);
      await bench.accept([FAIR]);
    }
    expect((await bench.oracle.metrics(0)).level).to.equal(0n);
    const part = async (): Promise<IPriceOracle.FeedMetricsStructOutput> => {
      const vectors = new Map<number, Vector>([0, 1, 2].map((seat) => [seat, [FAIR]]));
      for (const seat of [3, 4, 5, 6]) vectors.set(seat, [(FAIR * 10_030n) / 10_000n]);
      await bench.relay(await bench.nextRound(), vectors);
      return bench.oracle.metrics(0);
    };
    const first = await part();
    expect(first.divergent, "the medians part").to.equal(true);
    expect(first.level, "once").to.equal(0n);
    for (let i = 0; i < 3; i += 1) await part();
    expect((await bench.oracle.metrics(0)).level, "four times").to.equal(0n);
    expect((await part()).level, "five times").to.equal(1n);
  }).timeout(60_000);
});
