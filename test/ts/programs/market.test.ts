// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { MARKET_VENUES, VenueTape } from "../../../scripts/market/VenueTape.ts";
import { marketConfigShape } from "../../../scripts/market/MarketConfig.ts";
import type { MarketConfig } from "../../../scripts/market/MarketConfig.ts";
import { marketConfig, START_MS } from "./support/marketConfig.ts";

function configured(change: object = {}): MarketConfig {
  return marketConfigShape.parse(marketConfig("http://127.0.0.1:1", change));
}

function path(tape: VenueTape, feed: string, seconds: number): bigint[] {
  return Array.from({ length: seconds }, (_, second) => tape.truth(feed, START_MS + BigInt(second) * 1_000n)!);
}

describe("synthetic market", () => {
  it("is the same for the same seed, in whatever order it is asked", () => {
    const [forward, backward, other] = [configured(), configured(), configured({ seed: 8 })].map(
      (config) => new VenueTape(config),
    );
    const expected = path(forward!, "ETH", 300);
    backward!.truth("BTC", START_MS + 1_000_000n);
    backward!.truth("ETH", START_MS + 299_000n);
    assert.deepEqual(path(backward!, "ETH", 300), expected);
    assert.notDeepEqual(path(other!, "ETH", 300), expected);
  });

  it("moves as much as its volatility says", () => {
    const tape = new VenueTape(configured({ feeds: [{ name: "ETH", initialPrice: "250000000000", jumpsPerYear: 0 }] }));
    const prices = path(tape, "ETH", 20_000).map(Number);
    const returns = prices.slice(1).map((price, index) => Math.log(price / prices[index]!));
    const perYear =
      Math.sqrt(returns.reduce((sum, value) => sum + value * value, 0) / returns.length) * Math.sqrt(31_557_600);
    assert.isBelow(Math.abs(perYear - 0.8), 0.02, `80 % a year, found ${perYear}`);
  });

  it("keeps a stable currency near its price", () => {
    const tape = new VenueTape(configured());
    for (const price of path(tape, "USDC", 20_000))
      assert.isTrue(price > 99_500_000n && price < 100_500_000n, `${price}`);
  });

  it("jumps when it is told to", () => {
    const atMs = (START_MS + 60_000n).toString();
    const calm = new VenueTape(configured());
    const crash = new VenueTape(configured({ events: [{ feed: "ETH", atMs, bps: 5_000 }] }));
    assert.equal(crash.truth("ETH", START_MS + 59_000n), calm.truth("ETH", START_MS + 59_000n), "before");
    const [halved, whole] = [crash, calm].map((tape) => tape.truth("ETH", START_MS + 60_000n)!);
    assert.isTrue(whole! / 2n - halved! <= 1n && whole! / 2n - halved! >= -1n, `${halved} is half of ${whole}`);
  });

  it("dates each venue's trade at its own moment, never ahead of the clock, never over two seconds old", () => {
    const tape = new VenueTape(configured());
    const moments = new Set<bigint>();
    for (let nowMs = START_MS + 10_000n; nowMs < START_MS + 40_000n; nowMs += 137n) {
      for (const venue of MARKET_VENUES) {
        const { tradedAtMs } = tape.latest(venue, "ETH", "USD", nowMs)!;
        assert.isTrue(tradedAtMs <= nowMs && nowMs - tradedAtMs < 2_000n, `${venue} at ${nowMs}: ${tradedAtMs}`);
        moments.add(tradedAtMs % 1_000n);
      }
    }
    assert.isAbove(moments.size, 50, "moments differ");
  });

  it("keeps venues within their noise of the truth, in dollars and in USDT", () => {
    const tape = new VenueTape(configured({ venueNoiseBps: 3 }));
    for (let second = 10n; second < 200n; second++) {
      const nowMs = START_MS + second * 1_000n;
      for (const quote of ["USD", "USDT"]) {
        const trade = tape.latest("binance", "ETH", quote, nowMs)!;
        const dollars = tape.truth("ETH", trade.tradedAtMs)!;
        const expected = quote === "USD" ? dollars : (dollars * 100_000_000n) / tape.truth("USDT", trade.tradedAtMs)!;
        const distance = trade.price > expected ? trade.price - expected : expected - trade.price;
        assert.isTrue(distance * 10_000n <= 3n * expected, `${trade.price} against ${expected}`);
      }
    }
  });
});
