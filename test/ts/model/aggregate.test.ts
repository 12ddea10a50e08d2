// SPDX-License-Identifier: MIT
import { assert } from "chai";
import * as fc from "fast-check";

import { aggregateFeed, isInBand, tookPart, weightedMedian } from "../../../scripts/model/aggregate.ts";
import type { WeightedVector } from "../../../scripts/model/aggregate.ts";
import { RELIABILITY_ONE } from "../../../scripts/model/constants.ts";

function vector(seat: number, price: bigint, weight: bigint, reliability = RELIABILITY_ONE): WeightedVector {
  return { seat, weight, reliability, prices: [price, 0n, 0n, 0n, 0n, 0n, 0n, 0n] };
}

function prices(...given: bigint[]): bigint[] {
  return Array.from({ length: 8 }, (_, index) => given[index] ?? 0n);
}

describe("aggregate model", () => {
  it("takes the lowest price that reaches half of the weight", () => {
    const rows = [
      { price: 300n, weight: 1n },
      { price: 100n, weight: 2n },
      { price: 200n, weight: 4n },
    ];
    assert.equal(weightedMedian(rows), 200n);
  });

  it("takes the mean with the next price, rounded down, at exactly half", () => {
    assert.equal(
      weightedMedian([
        { price: 100n, weight: 3n },
        { price: 103n, weight: 3n },
      ]),
      101n,
    );
    assert.equal(
      weightedMedian([
        { price: 100n, weight: 3n },
        { price: 100n, weight: 3n },
      ]),
      100n,
    );
  });

  it("publishes the effective median inside the honest range and close to the stake median", () => {
    const vectors = [vector(0, 10_000n, 10n, RELIABILITY_ONE / 2n), vector(1, 10_010n, 10n), vector(2, 10_020n, 10n)];
    const result = aggregateFeed(vectors, 0, { active: 30n, nominal: 30n })!;
    assert.isTrue(result.quorum, "quorum");
    assert.equal(result.stakeMedian, 10_010n, "stake median");
    assert.equal(result.effectiveMedian, 10_010n, "effective median");
    assert.equal(result.lower, 10_010n, "more than a third lies at or below the second price");
    assert.equal(result.upper, 10_010n, "more than a third lies at or above the second price");
    assert.equal(result.dispersionPpm, 0n, "dispersion");
  });

  it("falls back to the stake median when the effective one is more than 25 bps away", () => {
    const weak = RELIABILITY_ONE / 2n;
    const vectors = [
      vector(0, 10_000n, 26n, weak),
      vector(1, 10_001n, 26n, weak),
      vector(2, 10_100n, 24n),
      vector(3, 10_101n, 24n),
    ];
    const result = aggregateFeed(vectors, 0, { active: 100n, nominal: 100n })!;
    assert.equal(result.effectiveMedian, 10_100n, "effective median");
    assert.equal(result.stakeMedian, 10_001n, "stake median");
    assert.equal(result.published, 10_001n, "published");
    assert.isTrue(result.divergent, "divergent");
    assert.equal(result.dispersionPpm, 15_542n, "157 % of 99 / 10001, rounded up");
  });

  it("needs more than two thirds, three signers and half of nominal", () => {
    const vectors = [vector(0, 100n, 10n), vector(1, 100n, 10n), vector(2, 100n, 10n)];
    assert.isFalse(aggregateFeed(vectors, 0, { active: 45n, nominal: 45n })!.quorum, "exactly two thirds");
    assert.isTrue(aggregateFeed(vectors, 0, { active: 44n, nominal: 88n })!.quorum, "more than two thirds");
    assert.isFalse(aggregateFeed(vectors, 0, { active: 44n, nominal: 89n })!.quorum, "active below half of nominal");
    assert.isFalse(aggregateFeed(vectors.slice(0, 2), 0, { active: 20n, nominal: 20n })!.quorum, "two signers");
    assert.isUndefined(aggregateFeed(vectors, 1, { active: 45n, nominal: 45n }), "nobody priced it");
  });

  it("stays within honest prices while less than a third of the active weight is faulty", () => {
    const honest = fc.record({
      price: fc.bigInt({ min: 99_900n, max: 100_100n }),
      weight: fc.bigInt({ min: 1n, max: 100n }),
      reliability: fc.bigInt({ min: RELIABILITY_ONE / 2n, max: RELIABILITY_ONE }),
    });
    const faulty = fc.record({
      price: fc.bigInt({ min: 1n, max: 1_000_000n }),
      weight: fc.bigInt({ min: 1n, max: 100n }),
    });
    const sets = fc.tuple(fc.array(honest, { minLength: 3, maxLength: 24 }), fc.array(faulty, { maxLength: 8 }));
    fc.assert(
      fc.property(sets, ([good, bad]) => {
        const active = [...good, ...bad].reduce((total, row) => total + row.weight, 0n);
        fc.pre(3n * bad.reduce((total, row) => total + row.weight, 0n) < active);
        const vectors = [
          ...good.map((row, seat) => vector(seat, row.price, row.weight, row.reliability)),
          ...bad.map((row, index) => vector(31 - index, row.price, row.weight)),
        ];
        const { published } = aggregateFeed(vectors, 0, { active, nominal: active })!;
        const sorted = good.map((row) => row.price).sort((a, b) => (a < b ? -1 : 1));
        assert.isTrue(
          published >= sorted[0]! && published <= sorted.at(-1)!,
          `${published} in ${sorted[0]}..${sorted.at(-1)}`,
        );
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it("judges a signer by three quarters of its feeds and by its wildest", () => {
    const published = prices(1_000_000n, 1_000_000n, 1_000_000n, 1_000_000n);
    const lagged = prices(2_000n, 2_000n, 2_000n, 2_000n); // band 3000 ppm
    assert.isTrue(
      isInBand(prices(1_003_000n, 997_000n, 1_000_000n, 1_011_999n), published, lagged),
      "one of four outside",
    );
    assert.isFalse(
      isInBand(prices(1_003_001n, 996_999n, 1_000_000n, 1_000_000n), published, lagged),
      "two of four outside",
    );
    assert.isFalse(
      isInBand(prices(1_012_001n, 1_000_000n, 1_000_000n, 1_000_000n), published, lagged),
      "one beyond four bands",
    );
    assert.isTrue(
      isInBand(prices(1_000_000n, 0n, 0n, 0n, 5n), published, lagged),
      "a feed without a median is no miss",
    );
    assert.isFalse(isInBand(prices(), published, lagged), "priced nothing");
    assert.isTrue(tookPart(prices(1n, 1n, 1n), 4), "three of four");
    assert.isFalse(tookPart(prices(1n, 1n, 0n), 4), "two of four");
  });
});
