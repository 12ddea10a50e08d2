// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { blackScholes, blackScholesGreeks } from "../../../scripts/model/clearing/blackScholes.ts";
import { coinCall, coinPut, quoteCall, quotePut } from "../../../scripts/model/clearing/cappedOptions.ts";
import { impliedVolatility } from "../../../scripts/model/clearing/impliedVolatility.ts";
import { isCounting } from "../isCounting.ts";
import { gasOf, PricingBench } from "./PricingBench.ts";
import { pricingGrid } from "./pricingGrid.ts";
import { seededOption } from "./seededOption.ts";

const WAD = 10n ** 18n;
const POINTS = 300;

describe("Implied volatility and capped options", function () {
  this.timeout(60_000);
  const random = new SeededRandom(21);
  const points = Array.from({ length: POINTS }, () => seededOption(random));
  let bench: PricingBench;

  before(async () => {
    bench = await PricingBench.create();
  });

  it("finds the volatility of every grid point whose price tells it", () => {
    let told = 0;
    for (const point of pricingGrid()) {
      const { call, vega } = blackScholesGreeks(point);
      if (vega < point.spot / 10n ** 9n) continue; // a price so flat that its last digit is worth 1e-10 of volatility
      told += 1;
      const found = impliedVolatility({ ...point, isCall: true, price: call });
      const off = found > point.volatility ? found - point.volatility : point.volatility - found;
      // An error of 1e-18 of spot in the price is one of 1e-18·spot/vega in volatility.
      assert.isTrue(off <= point.spot / vega + 10n, `${off} off at ${Object.values(point).join(" ")}`);
    }
    assert.isAbove(told, 1500, "points with a price that tells");
  });

  it("the contract finds the same volatility to the last bit", async () => {
    for (const isCall of [true, false]) {
      const prices = points.map((point) => blackScholes(point)[isCall ? "call" : "put"]);
      const { used, volatilities } = await bench.desk.impliedVolatilities(isCall, prices, points);
      points.forEach((point, i) => {
        const expected = impliedVolatility({ ...point, isCall, price: prices[i]! });
        assert.equal(volatilities[i], expected, Object.values(point).join(" "));
      });
      const { mean, most } = gasOf(used.filter((_, i) => volatilities[i]! !== 0n).map((gas) => ({ gas: Number(gas) })));
      console.log(`      gas of implied volatility of a ${isCall ? "call" : "put"}: mean ${mean}, dearest ${most}`);
      if (!isCounting) assert.isBelow(most, 150_000, "even the dearest is affordable");
    }
  });

  it("refuses prices that no volatility gives, and knows the intrinsic value", () => {
    const option = { isCall: true, spot: 300n * WAD, strike: 200n * WAD, tenor: 2_592_000n };
    assert.equal(impliedVolatility({ ...option, price: 100n * WAD }), 0n, "intrinsic");
    assert.throws(() => impliedVolatility({ ...option, price: 100n * WAD - 1n }), /no volatility/, "below intrinsic");
    assert.throws(() => impliedVolatility({ ...option, price: 300n * WAD + 1n }), /no volatility/, "above spot");
    assert.throws(() => impliedVolatility({ ...option, price: 101n * WAD, tenor: 0n }), /no volatility/, "expired");
  });

  it("the contract values capped options as the model does, to the last bit", async () => {
    const capBps = 15_000n;
    const values = await bench.desk.capped(points, capBps);
    points.forEach((point, i) => {
      const expected = [
        quoteCall({ ...point, capBps }),
        quotePut(point),
        coinCall(point),
        coinPut({ ...point, capBps }),
      ];
      assert.deepEqual([...values[i]!], expected, Object.values(point).join(" "));
    });
  });
});
