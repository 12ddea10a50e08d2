// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { greeksOf } from "../../../dashboard/src/model/greeks.ts";
import { blackScholesGreeks } from "../../../scripts/model/clearing/blackScholes.ts";
import type { Leg, Terms } from "../../../scripts/model/clearing/types.ts";
import { expectNear } from "../model/expectNear.ts";

const TERMS: Terms = { kind: "quote", unitDecimals: 6, capBps: 20_000n };
const PLACE = { price: 300_000_000_000n, secondsLeft: 30n * 86_400n };
const DOLLAR = 1e6;
const PUT: Leg = { strike: 30_000_000n, isCall: false, size: 2_000_000n };

const flipped = (leg: Leg): Leg => ({ ...leg, size: -leg.size });

describe("How the worth of a book moves", () => {
  it("is what the formula says of options without a cap, for a percent, a point and a day", () => {
    const wad = 10n ** 18n;
    const option = { spot: 3_000n * wad, strike: 3_000n * wad, volatility: (8n * wad) / 10n, tenor: PLACE.secondsLeft };
    const exact = blackScholesGreeks(option);
    const one = (value: bigint): number => Number(value) / 1e18;
    const told = greeksOf([PUT], TERMS, PLACE);
    expectNear(Number(told.worth) / DOLLAR, "worth", 2 * one(exact.put), 0.01);
    expectNear(Number(told.delta) / DOLLAR, "delta", 2 * (one(exact.delta) - 1) * 30, 0.1);
    expectNear(Number(told.gamma) / DOLLAR, "gamma", 2 * one(exact.gamma) * 30 * 30, 0.05);
    expectNear(Number(told.vega) / DOLLAR, "vega", (2 * one(exact.vega)) / 100, 0.05);
    expectNear(Number(told.theta) / DOLLAR, "theta", (2 * one(exact.theta)) / 365, 0.2);
  });

  it("is the other way round for shorts, and nothing for a book that is closed", () => {
    const [long, short] = [greeksOf([PUT], TERMS, PLACE), greeksOf([flipped(PUT)], TERMS, PLACE)];
    for (const name of ["worth", "delta", "gamma", "vega", "theta"] as const) {
      assert.equal(short[name], -long[name], name);
      assert.equal(greeksOf([PUT, flipped(PUT)], TERMS, PLACE)[name], 0n, name);
    }
  });

  it("ends where a cap holds the option down", () => {
    const call: Leg = { strike: 10_000_000n, isCall: true, size: 1_000_000n };
    const capped = greeksOf([call], { ...TERMS, capBps: 10_000n }, { ...PLACE, secondsLeft: 60n });
    assert.equal(capped.worth, 1_000n * 1_000_000n, "once its strike");
    assert.equal(capped.delta, 0n);
  });

  it("takes what is left of the last day", () => {
    const { worth, theta } = greeksOf([PUT], TERMS, { ...PLACE, secondsLeft: 3_600n });
    assert.equal(theta, -worth, "all of it, at the money");
  });
});
