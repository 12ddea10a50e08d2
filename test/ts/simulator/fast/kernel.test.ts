// SPDX-License-Identifier: MIT
import { assert } from "chai";
import fc from "fast-check";

import { aggregateFeed } from "../../../../scripts/model/aggregate.ts";
import { costUp, maintenanceScenario, maximumLossUp, timeValueUp } from "../../../../scripts/model/clearing/margin.ts";
import { numerators } from "../../../../scripts/model/clearing/payoff.ts";
import type { Leg, Scenario, Terms } from "../../../../scripts/model/clearing/types.ts";
import { RELIABILITY_ONE } from "../../../../scripts/model/constants.ts";
import { DEFAULT_PARAMETERS } from "../../../../scripts/simulator/fast/FastParameters.ts";
import { sheetOf } from "../../../../scripts/simulator/fast/kernel/BookSheet.ts";
import { payoffs, revalue } from "../../../../scripts/simulator/fast/kernel/revalue.ts";
import { roundMedian } from "../../../../scripts/simulator/fast/kernel/roundMedian.ts";
import { inDollars, inNumbers, maintenanceNumbers } from "../../../../scripts/simulator/fast/kernel/scenarios.ts";

const SEED = 7_201;
const RUNS = 2_000;

const kinds = fc.constantFrom("quote" as const, "coin" as const);
const price = fc.bigInt({ min: 1_00000000n, max: 100_000_00000000n });

/** Legs around a price, from a fifth of it to five times it. */
function legsAround(spot: bigint): fc.Arbitrary<Leg[]> {
  const leg = fc.record({
    strike: fc.bigInt({ min: 20n, max: 500n }).map((percent) => (spot * percent) / 100n / 10_000n || 1n),
    isCall: fc.boolean(),
    size: fc.bigInt({ min: -5_000_000_000n, max: 5_000_000_000n }).filter((size) => size !== 0n),
  });
  return fc.uniqueArray(leg, {
    minLength: 1,
    maxLength: 8,
    selector: ({ strike, isCall }) => `${strike} ${isCall}`,
  });
}

const cases = fc.tuple(kinds, price).chain(([kind, spot]) =>
  fc.record({
    terms: fc.record({
      kind: fc.constant(kind),
      unitDecimals: fc.constantFrom(6, 9),
      capBps: fc.bigInt({ min: 10_000n, max: 20_000n }),
    }),
    spot: fc.constant(spot),
    legs: legsAround(spot),
    lowBps: fc.bigInt({ min: 1_000n, max: 10_000n }),
    highBps: fc.bigInt({ min: 10_000n, max: 19_000n }),
    timeValue: fc.bigInt({ min: 0n, max: 1_000_000_000n }),
    floorBps: fc.bigInt({ min: 0n, max: 2_000n }),
    multiplierBps: fc.bigInt({ min: 10_000n, max: 12_500n }),
    addOnBps: fc.bigInt({ min: 0n, max: 1_000n }),
  }),
);

const whole = (units: bigint, terms: Terms): number => Number(units) / 10 ** terms.unitDecimals;

describe("The fast tier's kernel", () => {
  it("charges what the exact model charges, to within the tolerance it states", () => {
    let widest = 0;
    fc.assert(
      fc.property(cases, ({ terms, spot, legs, lowBps, highBps, ...rest }) => {
        const [low, high] = [(spot * lowBps) / 10_000n, (spot * highBps) / 10_000n];
        const scenario: Scenario = { price: spot, low, high, ...rest, isStale: false };
        const sheet = sheetOf([{ legs, cash: 0n }], terms);
        const costs = new Float64Array(1);
        revalue(sheet, inNumbers(scenario), costs);
        const distance = Math.abs(costs[0]! - whole(costUp(legs, terms, scenario), terms));
        widest = Math.max(widest, distance / sheet.tolerance[0]!);
        assert.isAtMost(distance, sheet.tolerance[0]!, "cost");
        assert.equal(sheet.maximumLoss[0], whole(maximumLossUp(legs, terms), terms), "maximum loss");
      }),
      { seed: SEED, numRuns: RUNS },
    );
    assert.isBelow(widest, 0.75, "the tolerance is no tight fit");
  });

  it("finds maintenance out of a band without whole numbers, to within the same tolerance", () => {
    const times = fc.tuple(fc.integer({ min: 0, max: 90 * 86_400 }), fc.bigInt({ min: 0n, max: 2_500n }));
    fc.assert(
      fc.property(cases, times, ({ terms, spot, legs }, [secondsLeft, widthBps]) => {
        const market = DEFAULT_PARAMETERS.markets[terms.kind];
        const width = (spot * widthBps) / 10_000n;
        const band = { price: spot, low: spot - width, high: spot + 2n * width };
        const exact = maintenanceScenario(band, {
          shockBps: market.maintenanceShockBps,
          floorBps: market.maintenanceFloorBps,
          timeValue: timeValueUp(10_000n, BigInt(secondsLeft)),
        });
        const sheet = sheetOf([{ legs, cash: 0n }], terms);
        const costs = new Float64Array(1);
        revalue(sheet, maintenanceNumbers(band, market, DEFAULT_PARAMETERS.margin, secondsLeft), costs);
        assert.isAtMost(Math.abs(costs[0]! - whole(costUp(legs, terms, exact), terms)), sheet.tolerance[0]!);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("pays what the exact model pays", () => {
    fc.assert(
      fc.property(cases, ({ terms, spot, legs }) => {
        const sheet = sheetOf([{ legs, cash: 0n }], terms);
        const losses = new Float64Array(1);
        payoffs(sheet, inDollars(spot), losses);
        const { owed, due } = numerators(legs, terms, spot);
        const denominator = terms.kind === "coin" ? Number(spot) : 1e8;
        const exact = Number(owed - due) / (1e10 * denominator);
        assert.isAtMost(Math.abs(losses[0]! - exact), sheet.tolerance[0]!);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("takes the dual median of a round to the last digit", () => {
    const seat = fc.record({
      price: fc.oneof(
        fc.constant(0n),
        fc.bigInt({ min: 1n, max: 2n ** 49n }),
        fc.bigInt({ min: 9_990n, max: 10_010n }),
      ),
      weight: fc.bigInt({ min: 1n, max: 150_000n }),
      reliability: fc.bigInt({ min: RELIABILITY_ONE / 2n, max: RELIABILITY_ONE }),
    });
    fc.assert(
      fc.property(fc.array(seat, { minLength: 1, maxLength: 32 }), (seats) => {
        const active = seats.reduce((sum, { weight }) => sum + weight, 0n);
        const vectors = seats.map((one, index) => ({ seat: index, ...one, prices: [one.price] }));
        const exact = aggregateFeed(vectors, 0, { active, nominal: active });
        const numbers = (of: (one: (typeof seats)[number]) => bigint): number[] => seats.map((one) => Number(of(one)));
        const fast = roundMedian(
          numbers(({ price: told }) => told),
          numbers(({ weight }) => weight),
          numbers(({ reliability }) => reliability),
          Number(active),
        );
        assert.deepEqual(
          fast,
          exact && {
            price: Number(exact.published),
            dispersionPpm: Number(exact.dispersionPpm),
            divergent: exact.divergent,
            pricedWeight: Number(exact.pricedWeight),
            signers: exact.signers,
          },
        );
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
