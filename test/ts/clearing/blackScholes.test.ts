// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Decimal } from "decimal.js";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { blackScholes, blackScholesGreeks } from "../../../scripts/model/clearing/blackScholes.ts";
import type { OptionInput } from "../../../scripts/model/clearing/blackScholes.ts";
import { PricingBench } from "./PricingBench.ts";
import { pricingGrid } from "./pricingGrid.ts";
import { referencePrice } from "./referencePrice.ts";
import type { ReferencePrice } from "./referencePrice.ts";
import { seededOption } from "./seededOption.ts";

const WAD = new Decimal("1e18");
const SEEDED_POINTS = 2000;

describe("Black–Scholes", function () {
  this.timeout(60_000);
  const grid = pricingGrid();
  let bench: PricingBench;
  let references: ReferencePrice[];

  before(async () => {
    bench = await PricingBench.create();
    references = grid.map(referencePrice);
  });

  /** Largest |answer − reference| / scale over the grid. */
  function largest(
    answers: readonly bigint[],
    pick: (reference: ReferencePrice) => Decimal,
    scale: (point: OptionInput, reference: ReferencePrice) => Decimal,
  ): number {
    return answers.reduce((worst, answer, i) => {
      const reference = references[i]!;
      const error = new Decimal(answer.toString()).div(WAD).minus(pick(reference)).abs();
      return Math.max(worst, error.div(scale(grid[i]!, reference)).toNumber());
    }, 0);
  }
  const spotOf = ({ spot }: OptionInput): Decimal => new Decimal(spot.toString()).div(WAD);

  it("call and put are within 1e-18 of spot of 40-digit arithmetic on all 3,600 points", async () => {
    assert.equal(grid.length, 3600, "points");
    const answers = await bench.prices(grid);
    const call = largest(
      answers.map((answer) => answer.call),
      (reference) => reference.call,
      spotOf,
    );
    const put = largest(
      answers.map((answer) => answer.put),
      (reference) => reference.put,
      spotOf,
    );
    console.log(`      largest error / spot: call ${call.toExponential(2)}, put ${put.toExponential(2)}`);
    assert.isAtMost(call, 1e-18, "call; the promise is 1e-15");
    assert.isAtMost(put, 1e-18, "put; the promise is 1e-15");
  });

  it("greeks are within a few units of the last digit of 40-digit arithmetic", async () => {
    const answers = await bench.greeks(grid);
    const one = (): Decimal => new Decimal(1);
    const errors = {
      delta: largest(
        answers.map((answer) => answer.delta),
        ({ delta }) => delta,
        one,
      ),
      gamma: largest(
        answers.map((answer) => answer.gamma),
        ({ gamma }) => gamma,
        one,
      ),
      vega: largest(
        answers.map((answer) => answer.vega),
        ({ vega }) => vega,
        spotOf,
      ),
      theta: largest(
        answers.map((answer) => answer.theta),
        ({ theta }) => theta,
        spotOf,
      ),
    };
    console.log(
      `      largest errors: ${Object.entries(errors)
        .map(([name, error]) => `${name} ${error.toExponential(1)}`)
        .join(", ")}`,
    );
    assert.isAtMost(errors.delta, 1e-17, "delta");
    assert.isAtMost(errors.gamma, 1e-18, "gamma, rounded down to wad");
    assert.isAtMost(errors.vega, 1e-18, "vega per spot");
    assert.isAtMost(errors.theta, 5e-16, "theta per spot and year");
  });

  it("anywhere in range prices are within 5e-19 of the higher of spot and strike, and a unit", async () => {
    const random = new SeededRandom(11);
    for (let i = 0; i < 400; i += 1) {
      const point = seededOption(random);
      const { call, put } = blackScholes(point);
      const reference = referencePrice(point);
      const higher = point.spot > point.strike ? point.spot : point.strike;
      const allowed = new Decimal(higher.toString()).times("5e-19").plus(1).div(WAD);
      const label = Object.values(point).join(" ");
      assert.isTrue(new Decimal(call.toString()).div(WAD).minus(reference.call).abs().lte(allowed), `call ${label}`);
      assert.isTrue(new Decimal(put.toString()).div(WAD).minus(reference.put).abs().lte(allowed), `put ${label}`);
    }
  });

  it("the model gives the contract's prices and greeks to the last bit", async () => {
    const random = new SeededRandom(12);
    const seeded = Array.from({ length: SEEDED_POINTS }, () => seededOption(random));
    const edges = [1n, 2n ** 128n].flatMap((spot) =>
      [1n, 2n ** 128n].flatMap((strike) =>
        [0n, 1n, 2n ** 66n - 1n].flatMap((volatility) =>
          [0n, 1n, 2n ** 29n - 1n].map((tenor) => ({ spot, strike, volatility, tenor })),
        ),
      ),
    );
    const points = [...seeded, ...edges];
    const prices = await bench.prices(points);
    const greeks = await bench.greeks(points);
    points.forEach((point, i) => {
      const { gas: _gas, ...onChain } = greeks[i]!;
      assert.deepEqual(onChain, blackScholesGreeks(point), `greeks of ${Object.values(point).join(" ")}`);
      assert.deepEqual(
        { call: prices[i]!.call, put: prices[i]!.put },
        blackScholes(point),
        `prices of ${Object.values(point).join(" ")}`,
      );
    });
  });

  it("the model refuses what the contract refuses", () => {
    const point = { spot: 1n, strike: 1n, volatility: 0n, tenor: 0n };
    const wrong: Partial<OptionInput>[] = [
      { spot: 0n },
      { spot: 2n ** 128n + 1n },
      { strike: 0n },
      { strike: 2n ** 128n + 1n },
      { volatility: 2n ** 66n },
      { volatility: -1n },
      { tenor: 2n ** 29n },
    ];
    for (const change of wrong) {
      assert.throws(() => blackScholes({ ...point, ...change }), /out of range/, JSON.stringify(Object.keys(change)));
    }
  });
});
