// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { DESIGN_MARKET } from "../../../scripts/model/market/jumpPath.ts";
import type { BacktestRecord, EpochRecord } from "../../../scripts/simulator/backtest/BacktestRecord.ts";
import { backtestHtml } from "../../../scripts/simulator/backtest/backtestHtml.ts";
import { decideBuy, expectedVolatility, opinionOf } from "../../../scripts/simulator/backtest/decideBuy.ts";
import { checkBacktest, summarizeBacktest } from "../../../scripts/simulator/backtest/summarizeBacktest.ts";
import { expectNear } from "../model/expectNear.ts";

const UNIT = 10n ** 6n;

describe("Backtest: what a buyer does", () => {
  const OFFER = { isOpen: true, available: 100n * UNIT, volatilityBps: 9_000n };

  it("buys a part of what is for sale at or below his opinion, and nothing above it", () => {
    const random = new SeededRandom(1);
    for (let visit = 0; visit < 100; visit += 1) {
      const size = decideBuy(OFFER, 9_000n, 1_000n, random);
      expect(size >= 5n * UNIT && size <= 40n * UNIT, `${size}`).to.equal(true);
      expect(decideBuy(OFFER, 8_999n, 1_000n, random)).to.equal(0n);
    }
  });

  it("buys nothing that is closed, and nothing too little to be written", () => {
    const random = new SeededRandom(1);
    expect(decideBuy({ ...OFFER, isOpen: false }, 20_000n, 1_000n, random)).to.equal(0n);
    expect(decideBuy({ ...OFFER, available: 1_500n }, 20_000n, 1_000n, random)).to.equal(0n);
  });

  it("expects volatility to come back to its mean within the week, and jumps on top", () => {
    const jumps = 80 * 0.025 ** 2;
    expectNear(expectedVolatility(DESIGN_MARKET, 0.8), "expected volatility", Math.sqrt(0.8 ** 2 + jumps), 1e-9);
    const high = expectedVolatility(DESIGN_MARKET, 1.6);
    expect(high).to.be.within(0.9, 1.3);
    expect(expectedVolatility(DESIGN_MARKET, 0.4)).to.be.within(0.5, 0.7);
  });

  it("has opinions around what is to be expected", () => {
    const random = new SeededRandom(3);
    const logs = Array.from({ length: 2_000 }, () => Math.log(Number(opinionOf(0.8, random)) / 8_000));
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const spread = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length);
    expectNear(mean, "mean", 0, 0.03);
    expectNear(spread, "spread", 0.3, 0.03);
  });
});

describe("Backtest: the summary", () => {
  const EPOCH: EpochRecord = {
    expiry: 1_768_550_400n,
    strike: 25_000_000n,
    startPrice: 280_000_000_000n,
    volatilityBps: 9_000n,
    cash: 1_000n * UNIT,
    before: { joined: 0n, left: 0n },
    startPaid: 0n,
    sales: [{ at: 0n, buyer: "uma", size: UNIT, premium: 20n * UNIT, fee: UNIT, volatilityBps: 10_000n }],
    looks: 6,
    closedLooks: 0,
    settledPrice: 240_000_000_000n,
    assigned: 100n * UNIT,
    redeemed: 100n * UNIT,
    closePaid: 10_000n,
    units: 919n * UNIT - 20_000n + 1n,
    shares: 1_000n * UNIT * 1_000_000n + 1_000_000n,
    after: { joined: 0n, left: 0n },
    spot: 240_000_000_000n,
  };
  const record = (change: Partial<EpochRecord> = {}, isCall = false): BacktestRecord => ({
    seed: 1,
    weeks: 1,
    rounds: 700,
    startPrice: 300_000_000_000n,
    endPrice: 240_000_000_000n,
    vaults: [{ name: "Puts", symbol: "bPUT", isCall, unitDecimals: 6, missed: 0, epochs: [{ ...EPOCH, ...change }] }],
  });

  it("finds nothing where cash, premium, fees, assignment and duties add up", () => {
    const verdicts = checkBacktest(record());
    expect(verdicts.filter(({ held }) => !held)).to.deep.equal([]);
    const { vaults, verdict } = summarizeBacktest(record(), verdicts);
    expect(verdict).to.equal("held");
    expect(vaults[0]!.premium).to.equal(20);
    expect(vaults[0]!.assigned).to.equal(100);
    expectNear(vaults[0]!.costs, "costs", 1.02, 1e-9);
    expectNear(vaults[0]!.gained, "gained", -0.08102, 1e-6);
    expectNear(vaults[0]!.drawdown, "drawdown", 0.08102, 1e-6);
  });

  it("counts a share of coins in dollars beside coins that are held", () => {
    const [, point] = summarizeBacktest(record({}, true), []).vaults[0]!.points;
    expectNear(point!.holding, "holding", 0.8, 1e-9);
    expectNear(point!.shareInDollars, "share in dollars", 0.8 * point!.share, 1e-9);
  });

  for (const [name, change] of [
    ["cash that is gone", { units: EPOCH.units - 2n }],
    ["buyers who were not paid", { redeemed: 99n * UNIT }],
    ["a sale below the reserve", { sales: [{ ...EPOCH.sales[0]!, volatilityBps: 9_449n }] }],
  ] as const) {
    it(`finds ${name}`, () => {
      const verdicts = checkBacktest(record(change));
      expect(verdicts.filter(({ held }) => !held)).to.have.lengthOf(1);
      expect(summarizeBacktest(record(change), verdicts).verdict).to.equal("broken");
    });
  }

  it("becomes a page that needs no network, with every epoch in it", () => {
    const given = record();
    const verdicts = checkBacktest(given);
    const html = backtestHtml({
      record: given,
      verdicts,
      summary: summarizeBacktest(given, verdicts),
      command: "a < b",
    });
    expect(html).to.include("2026-01-16").and.include("a &lt; b").and.include("<svg");
    expect(html).to.not.match(/https?:\/\/(?!www\.w3\.org)/);
  });
});
