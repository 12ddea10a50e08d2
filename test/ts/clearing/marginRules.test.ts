// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { explainRequirement } from "../../../scripts/model/clearing/explainRequirement.ts";
import {
  calculateMarks,
  calculateRequirement,
  costUp,
  initialScenario,
  maintenanceScenario,
  markScenario,
  maximumLossUp,
  TIME_VALUE_ONE,
  timeValueUp,
} from "../../../scripts/model/clearing/margin.ts";
import { numerators, toUnitsUp } from "../../../scripts/model/clearing/payoff.ts";
import type { Band, CollateralKind, Leg, Scenario, Terms } from "../../../scripts/model/clearing/types.ts";
import { legOf } from "./MarginBench.ts";
import { initialOf, RandomBooks } from "./randomBooks.ts";
import { referencePrice } from "./referencePrice.ts";

const SPOT = 1_000;
const SPOT_BAND = bandAt(SPOT);
const TENORS = [2, 7, 14, 30, 60, 90];
const STRIKES = [800, 900, 1_000, 1_100, 1_200];
const KINDS = ["quote", "coin"] as const;
const PARAMETERS = {
  quote: { initialShock: 2_500n, maintenanceShock: 1_500n, initialFloor: 1_200n, maintenanceFloor: 900n },
  coin: { initialShock: 2_800n, maintenanceShock: 1_800n, initialFloor: 1_400n, maintenanceFloor: 1_000n },
};

describe("margin rules: exact maximum", () => {
  it("is at least the value at every point of a dense grid", () => {
    const books = new RandomBooks(21);
    for (let book = 0; book < 200; ++book) {
      const given = books.usual();
      const scenario: Scenario = { ...initialOf(given), floorBps: 0n, multiplierBps: 10_000n, addOnBps: 0n };
      const worst = costUp(given.legs, given.terms, scenario);
      for (let step = 0n; step <= 200n; ++step) {
        const price = scenario.low + ((scenario.high - scenario.low) * step) / 200n;
        const cost = costUp(given.legs, given.terms, markScenario(price, scenario.timeValue));
        assert.isTrue(cost <= worst, `book ${book}: ${cost} at ${price}, maximum ${worst}`);
      }
    }
  });

  it("finds the peak where a short reaches its cap, which is no strike and no end", () => {
    const legs = [legOf("call", 100, -2), legOf("call", 100.0001, 1)];
    const scenario = between(90, 133, 0.75);
    const told = explainRequirement(legs, termsOf("quote"), scenario);
    const worst = told.points.find(({ loss }) => loss === told.stress)!;
    assert.equal(worst.at, "cap");
    assert.equal(worst.price, 125_00000000n, "K · (1 + c − TV)");
    assert.equal(told.cost, 175_500098n, "two capped shorts less 0.98 of the long, up");
    const mapped = between(1_000_000 / 133, 1_000_000 / 90, 0.75);
    const coinLegs = [legOf("put", 10_000, -2), legOf("put", 9_999.9999, 1)];
    const onCoins = explainRequirement(coinLegs, termsOf("coin"), mapped);
    assert.equal(onCoins.points.find(({ loss }) => loss === onCoins.stress)!.at, "cap", "coin puts alike");
    assert.equal(onCoins.points.find(({ loss }) => loss === onCoins.stress)!.price, 8_000_00000000n);
  });

  it("finds the peak at a long's strike between the ends", () => {
    const legs = [legOf("put", 1_000, -1), legOf("put", 900, 2)];
    const told = explainRequirement(legs, termsOf("quote"), between(750, 1_250, 0));
    const worst = told.points.find(({ loss }) => loss === told.stress)!;
    assert.deepEqual([worst.at, worst.leg, worst.loss], ["strike", 1, 100_000000n]);
  });

  it("never makes what keeps a book dearer than what opens it", () => {
    const books = new RandomBooks(22);
    for (let book = 0; book < 2_000; ++book) {
      const { legs, terms, band } = books.usual();
      const [initial, maintenance] = [openAt(terms.kind, band, 30), keepAt(terms.kind, band, 30)];
      const marks = calculateMarks(legs, terms, band.price, maintenance.timeValue);
      const toKeep = calculateRequirement(legs, terms, maintenance).amount;
      const toOpen = calculateRequirement(legs, terms, initial);
      const order = [0n, marks.half, marks.full, toKeep, toOpen.amount, toOpen.maximumLoss];
      for (let i = 1; i < order.length; ++i)
        assert.isTrue(order[i - 1]! <= order[i]!, `book ${book}: ${order.join(" ")}`);
    }
  });
});

describe("margin rules: coin markets", () => {
  /** Strikes and prices whose reciprocals are exact: X/K has at most four decimals, X/s at most eight. */
  const X = 1_000_000;
  const ROUND = [250, 312.5, 400, 500, 625, 800, 1_000, 1_250, 1_600, 2_000, 2_500, 3_200, 4_000];

  it("are quote markets in the reciprocal price: payoff, stress, marks and maximum loss", () => {
    const books = new RandomBooks(23);
    const pick = (): number => ROUND[Number(books.between(0n, BigInt(ROUND.length - 1)))]!;
    for (let book = 0; book < 500; ++book) {
      const coin = Array.from({ length: 1 + (book % 8) }, () => ({
        ...legOf(books.between(0n, 1n) === 0n ? "call" : "put", pick(), 1),
        size: books.between(-50n, 50n) * BigInt(2 * X) || BigInt(2 * X),
      }));
      // A coin option of size q is q/K' quote options of the other kind on the dollar, K' = X/K: K' · size is q · X.
      const quote = coin.map(({ strike, isCall, size }) => ({
        strike: (BigInt(X) * 100_000_000n) / strike,
        isCall: !isCall,
        size: (size * strike) / 10_000n / BigInt(X),
      }));
      const [low, high] = [pick(), pick()].sort((a, b) => a - b) as [number, number];
      const capBps = books.between(10_000n, 20_000n);
      const [onCoin, onQuote] = [termsOf("coin", 9, capBps), termsOf("quote", 9, capBps)];
      const label = `book ${book}`;
      assert.equal(maximumLossUp(coin, onCoin), maximumLossUp(quote, onQuote), `maximum loss of ${label}`);
      assert.equal(
        costUp(coin, onCoin, between(low, high, 0.4)),
        costUp(quote, onQuote, between(X / high, X / low, 0.4)),
        `stress of ${label} from ${low} to ${high}`,
      );
      assert.deepEqual(
        calculateMarks(coin, onCoin, scaleUp(low), 400_000_000n),
        calculateMarks(quote, onQuote, scaleUp(X / low), 400_000_000n),
        `marks of ${label}`,
      );
      assert.equal(owedAt(coin, onCoin, low), owedAt(quote, onQuote, X / low), `payoff of ${label}`);
    }
  });

  it("bound the loss of a naked call by the coin it is written on, at any price", () => {
    const legs = [legOf("call", 3_000, -1)];
    const terms = termsOf("coin", 8);
    assert.equal(maximumLossUp(legs, terms), 100_000_000n);
    assert.equal(owedAt(legs, terms, 100_000_000), 99_997_000n, "almost a coin far out");
  });
});

describe("margin rules: what the numbers promise", () => {
  it("time value is above at-the-money worth at any volatility and age", () => {
    for (let v = 0.02; v < 3; v += 0.02) {
      const years = 0.25;
      const volatilityBps = BigInt(Math.floor((v / Math.sqrt(years)) * 1e4));
      const exactly = (Number(volatilityBps) / 1e4) * Math.sqrt(years);
      const worth = worthOf(1, 1, exactly).call;
      const bound = Number(timeValueUp(volatilityBps, BigInt(years * 365 * 86_400))) / Number(TIME_VALUE_ONE);
      assert.isTrue(bound >= worth, `TV ${bound} below ${worth} at σ√τ = ${exactly}`);
    }
  });

  it("a long near its cap is credited with no more than it is worth", () => {
    const over = (capBps: bigint): number => {
      const cap = Number(capBps) / 1e4;
      let most = -Infinity;
      for (const v of [0.2, 0.3, 0.4, 0.5, 0.6]) {
        for (let s = 1_000; s <= 3_500; s += 100) {
          const credit = -lossOf([legOf("call", 1_000, 1)], termsOf("quote", 6, capBps), s) / 1_000;
          const worth = (worthOf(s, 1_000, v).call - worthOf(s, 1_000 * (1 + cap), v).call) / 1_000;
          most = Math.max(most, credit - worth);
        }
      }
      return most;
    };
    assert.isTrue(over(10_000n) <= 0.000_001, "never at c = 1");
    assert.isTrue(over(20_000n) <= 0.015, "by 1.5 % of strike at c = 2");
  });

  for (const [kind, average, worst] of [
    ["quote", 0.3, 2.3],
    ["coin", 0, 1],
  ] as const) {
    it(`after a gap of 30 % either way a single ${kind} short lacks ${average} % on average and ${worst} % at worst`, () => {
      const shortfalls = singles().flatMap((legs) =>
        TENORS.flatMap((days) =>
          [0.7, 1.3].map((factor) => {
            const held = percent(
              kind,
              calculateRequirement(legs, termsOf(kind, 9), openAt(kind, SPOT_BAND, days)).amount,
            );
            const worth = worthAfterGap(kind, legs[0]!, SPOT * factor, 1.1 * Math.sqrt(days / 365));
            return Math.max(0, worth - held);
          }),
        ),
      );
      // The worse way of each book and tenor counts.
      const worse = shortfalls.flatMap((value, i) => (i % 2 === 0 ? [Math.max(value, shortfalls[i + 1]!)] : []));
      isNear(worse.reduce((sum, value) => sum + value, 0) / worse.length, average, 0.05, "average");
      isNear(Math.max(...worse), worst, 0.06, "worst");
    });
  }

  /** Initial and maintenance margin in % of spot (quote) and of a coin, mean over six tenors, c = 1, no uncertainty. */
  const TABLE: [string, Leg[][], [number, number, number, number]][] = [
    ["single short, ten strikes and kinds", singles(), [36.3, 26.1, 41.9, 29.3]],
    ["spread 10 % wide", [900, 1_000, 1_100].flatMap((strike) => verticals(strike, 100)), [10.0, 9.9, 14.4, 13.9]],
    ["spread 40 % wide", [900, 1_000, 1_100].flatMap((strike) => verticals(strike, 400)), [33.5, 24.6, 39.2, 27.7]],
    ["strangle", [0, 100, 200].map((out) => strangle(out, -1)), [41.6, 29.5, 51.3, 33.6]],
    ["condor, wings 10 %", [[...strangle(100, -1), ...strangle(200, 1)]], [10.0, 10.0, 22.2, 21.6]],
    ["condor, wings 30 %", [[...strangle(100, -1), ...strangle(400, 1)]], [28.7, 24.1, 49.6, 31.8]],
    ["ratio −3/+2", ratios(3, 2, 150), [44.0, 35.5, 47.9, 37.0]],
    ["five wings 35 % out", [[legOf("call", 1_350, -5)], [legOf("put", 650, -5)]], [76.4, 58.8, 81.0, 60.9]],
    ["short box 20 %", [box(900, 1_100)], [20.0, 20.0, 36.2, 35.3]],
  ];
  for (const [name, books, expected] of TABLE) {
    it(`${name}: ${expected.join(", ")} %`, () => {
      const means = KINDS.flatMap((kind) =>
        [openAt, keepAt].map((scenarioAt) => {
          const amounts = books.flatMap((legs) =>
            TENORS.map((days) =>
              percent(kind, calculateRequirement(legs, termsOf(kind, 9), scenarioAt(kind, SPOT_BAND, days)).amount),
            ),
          );
          return amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
        }),
      );
      for (const [index, mean] of means.entries()) isNear(mean, expected[index]!, 0.3, `column ${index}`);
    });
  }
});

/** Chai's own comparison of decimals is replaced by one of whole numbers wherever a chain is used. */
function isNear(actual: number, expected: number, tolerance: number, label: string): void {
  assert.isTrue(Math.abs(actual - expected) <= tolerance, `${label}: ${actual}, expected ${expected} ± ${tolerance}`);
}

function termsOf(kind: CollateralKind, unitDecimals = 6, capBps = 10_000n): Terms {
  return { kind, unitDecimals, capBps };
}

function scaleUp(dollars: number): bigint {
  return BigInt(Math.round(dollars * 1e8));
}

function bandAt(dollars: number): Band {
  return { price: scaleUp(dollars), low: scaleUp(dollars), high: scaleUp(dollars) };
}

/** Nothing but stress over these prices. */
function between(low: number, high: number, timeValue: number): Scenario {
  const part = BigInt(Math.round(timeValue * 1e9));
  return { ...markScenario(scaleUp(low), part), low: scaleUp(low), high: scaleUp(high) };
}

function openAt(kind: CollateralKind, band: Band, days: number): Scenario {
  return initialScenario(band, {
    shockBps: PARAMETERS[kind].initialShock,
    floorBps: PARAMETERS[kind].initialFloor,
    timeValue: timeValueUp(12_000n, BigInt(days) * 86_400n),
    multiplierBps: 10_000n,
    addOnBps: 0n,
  });
}

function keepAt(kind: CollateralKind, band: Band, days: number): Scenario {
  return maintenanceScenario(band, {
    shockBps: PARAMETERS[kind].maintenanceShock,
    floorBps: PARAMETERS[kind].maintenanceFloor,
    timeValue: timeValueUp(10_000n, BigInt(days) * 86_400n),
  });
}

/** Of spot (dollars with nine decimals at 1,000 a coin) or of a coin. */
function percent(kind: CollateralKind, amount: bigint): number {
  return Number(amount) / (kind === "quote" ? 1e7 * SPOT : 1e7);
}

function owedAt(legs: readonly Leg[], terms: Terms, dollars: number): bigint {
  const { owed, due } = numerators(legs, terms, scaleUp(dollars));
  return owed > due ? toUnitsUp(owed - due, terms, scaleUp(dollars)) : 0n;
}

/** Stress at one price without time value, in dollars; negative for a credit. */
function lossOf(legs: readonly Leg[], terms: Terms, dollars: number): number {
  return Number(explainRequirement(legs, terms, between(dollars, dollars, 0)).stress) / 1e6;
}

/** Worth of a short of one option right after a gap, % of the old spot or of a coin. */
function worthAfterGap(kind: CollateralKind, leg: Leg, spot: number, v: number): number {
  const strike = Number(leg.strike) / 1e4;
  const plain = worthOf(spot, strike, v);
  if (kind === "quote") {
    return (100 / SPOT) * (leg.isCall ? plain.call - worthOf(spot, 2 * strike, v).call : plain.put);
  }
  return (100 / spot) * (leg.isCall ? plain.call : plain.put - 2 * worthOf(spot, strike / 2, v).put);
}

/** Black–Scholes without interest; v = σ·√τ. */
function worthOf(spot: number, strike: number, v: number): { call: number; put: number } {
  const wad = (value: number): bigint => BigInt(Math.round(value * 1e12)) * 1_000_000n;
  const year = 31_536_000n;
  const { call, put } = referencePrice({ spot: wad(spot), strike: wad(strike), volatility: wad(v), tenor: year });
  return { call: call.toNumber(), put: put.toNumber() };
}

function singles(): Leg[][] {
  return STRIKES.flatMap((strike) => [[legOf("call", strike, -1)], [legOf("put", strike, -1)]]);
}

function verticals(strike: number, width: number): Leg[][] {
  return [
    [legOf("call", strike, -1), legOf("call", strike + width, 1)],
    [legOf("put", strike, -1), legOf("put", strike - width, 1)],
  ];
}

function strangle(out: number, size: number): Leg[] {
  return [legOf("call", SPOT + out, size), legOf("put", SPOT - out, size)];
}

function ratios(shorts: number, longs: number, width: number): Leg[][] {
  return [
    [legOf("call", SPOT, longs), legOf("call", SPOT + width, -shorts)],
    [legOf("put", SPOT, longs), legOf("put", SPOT - width, -shorts)],
  ];
}

function box(low: number, high: number): Leg[] {
  return [legOf("call", low, -1), legOf("call", high, 1), legOf("put", high, -1), legOf("put", low, 1)];
}
