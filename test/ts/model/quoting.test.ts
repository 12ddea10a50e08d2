// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { decideQuotes } from "../../../scripts/model/trading/decideQuotes.ts";
import type { QuotingFacts, QuotingPolicy } from "../../../scripts/model/trading/decideQuotes.ts";
import { needsCancelling, needsRenewal } from "../../../scripts/model/trading/decideRenewal.ts";
import { optionValue } from "../../../scripts/model/trading/optionValue.ts";
import { believedVolatility, priceSeries } from "../../../scripts/model/trading/priceSeries.ts";
import { expectNear } from "./expectNear.ts";

const OPTION = 1_000_000n;
const DOLLAR = 1_000_000n;
const STRIKE = 30_000_000n;
const PRICE = 3_000n * 10n ** 8n;
const QUOTE = { kind: "quote", unitDecimals: 6, capBps: 10_000n } as const;
const COIN = { kind: "coin", unitDecimals: 9, capBps: 10_000n } as const;
const PRICING = {
  volatilityShareBps: 6_000n,
  volatilityFloorBps: 5_000n,
  spreadBps: 400n,
  edgeBps: 5n,
  skewBps: 1_000n,
};
const SERIES = {
  strike: STRIKE,
  isCall: true,
  terms: QUOTE,
  price: PRICE,
  volatilityBps: 12_000n,
  secondsLeft: 259_200n,
  inventory: 0n,
  mostInventory: 5n * OPTION,
};
const POLICY: QuotingPolicy = {
  ...PRICING,
  size: 2n * OPTION,
  mostInventory: 5n * OPTION,
  strikes: 1,
  stepsApart: 1n,
  oldestPrice: 120n,
  oldestHead: 30n,
  lastSeconds: 3_600n,
  reserve: 0n,
};
const FACTS = {
  now: 1_000_000n,
  headAge: 2n,
  expiry: 1_259_200n,
  terms: QUOTE,
  strikeStep: 500_000n,
  minimumSize: 1_000n,
  isSunset: false,
  reading: { opens: true, price: PRICE, age: 5n, volatilityBps: 12_000n },
  book: { cash: 100_000n * DOLLAR, state: 0n, legs: [] },
  required: 0n,
} satisfies QuotingFacts;

describe("a maker's prices", () => {
  it("follow Black–Scholes in dollars and in coins", () => {
    const input = { price: PRICE, volatilityBps: 7_200n, secondsLeft: 259_200n };
    const inDollars = optionValue({ strike: STRIKE, isCall: true }, QUOTE, input);
    // 0.4 · σ · √τ · S at the money.
    expectNear(Number(inDollars) / 1e6, "in dollars", 0.4 * 0.72 * Math.sqrt(3 / 365) * 3_000, 0.5);
    const inCoins = optionValue({ strike: STRIKE, isCall: true }, COIN, input);
    expectNear(Number(inCoins) / 1e9, "in coins", Number(inDollars) / 1e6 / 3_000, 1e-6);
    assert.equal(
      optionValue({ strike: STRIKE - 1_000_000n, isCall: true }, QUOTE, { ...input, secondsLeft: 0n }),
      100n * DOLLAR,
    );
  });

  it("believe a share of a volatility that is made for margin, and a floor", () => {
    assert.equal(believedVolatility(12_000n, PRICING), 7_200n);
    assert.equal(believedVolatility(1n, PRICING), 5_000n);
  });

  it("leave a spread around the value", () => {
    const { bid, value, ask } = priceSeries(SERIES, PRICING);
    assert.isTrue(bid < value && value < ask);
    assert.isTrue(ask - value >= (value * 400n) / 10_000n);
  });

  it("are lower the more is held, and higher the more is owed", () => {
    const at = (inventory: bigint): bigint => priceSeries({ ...SERIES, inventory }, PRICING).ask;
    assert.isTrue(at(5n * OPTION) < at(0n) && at(0n) < at(-5n * OPTION));
    assert.equal(at(50n * OPTION), at(5n * OPTION), "no further than the most that is held");
  });

  it("never bid below nothing", () => {
    const far = { ...SERIES, strike: 10n * STRIKE };
    assert.equal(priceSeries(far, PRICING).bid, 0n);
  });
});

describe("a maker's quotes", () => {
  const decide = (change: Partial<QuotingFacts>, policy: Partial<QuotingPolicy> = {}) =>
    decideQuotes({ ...FACTS, ...change }, { ...POLICY, ...policy });
  const sides = (change: Partial<QuotingFacts>, policy: Partial<QuotingPolicy> = {}): string[] => {
    const decision = decide(change, policy);
    if (decision.kind === "silent") return [decision.reason];
    return decision.quotes.map(
      ({ strike, isCall, side, size }) => `${strike / 10_000n}${isCall ? "c" : "p"} ${side} ${size}`,
    );
  };

  it("are both sides of what is out of the money around the price", () => {
    assert.deepEqual(
      sides({}).filter((text) => text.includes("sell")),
      ["3000c sell 2000000", "2950p sell 2000000", "3050c sell 2000000"],
    );
    assert.lengthOf(sides({}), 6);
  });

  for (const [reason, change] of [
    ["noPrice", { reading: undefined }],
    ["closedMode", { reading: { ...FACTS.reading, opens: false } }],
    ["priceOld", { reading: { ...FACTS.reading, age: 121n } }],
    ["priceOld", { reading: { ...FACTS.reading, age: 100n }, headAge: 21n }],
    ["headOld", { headAge: 31n }],
    ["expiryNear", { now: FACTS.expiry - 3_600n }],
    ["sunset", { isSunset: true }],
    ["bookClosed", { book: { ...FACTS.book, state: 1n } }],
    ["noCash", { book: { ...FACTS.book, cash: 0n } }],
  ] as const)
    it(`are none: ${reason} by ${Object.keys(change).join(" and ")}`, () => assert.deepEqual(sides(change), [reason]));

  it("stop at the most that is held, and go on with what is held elsewhere", () => {
    const legs = [
      { strike: STRIKE, isCall: true, size: -5n * OPTION },
      { strike: 2n * STRIKE, isCall: true, size: OPTION },
    ];
    const shown = sides({ book: { ...FACTS.book, legs } });
    assert.notInclude(shown.join(), "3000c sell");
    assert.include(shown, "3000c buy 2000000");
    assert.include(shown, "6000c sell 2000000");
  });

  it("sell only what is held when cash is low, and buy only what can be paid", () => {
    const legs = [{ strike: STRIKE, isCall: true, size: OPTION }];
    const low = { book: { cash: 100n * DOLLAR, state: 0n, legs }, required: 0n };
    const shown = sides(low, { reserve: 1_000n * DOLLAR });
    assert.deepEqual(
      shown.filter((text) => text.includes("sell")),
      ["3000c sell 1000000"],
    );
    const buys = decide(low, { reserve: 1_000n * DOLLAR });
    assert.isTrue(
      buys.kind === "quote" &&
        buys.quotes.every(({ side, size, unit }) => side === "sell" || size * unit <= 100n * DOLLAR * OPTION),
    );
  });
});

describe("a maker's renewal", () => {
  const policy = { moveBps: 20n, lifeSeconds: 60n, volatilityMoveBps: 2_000n, cancelAboveSeconds: 20n };
  const standing = { price: 10_000n, volatilityBps: 12_000n, postedAt: 0n, deadline: 60n, bookText: "a" };
  const now = { price: 10_000n, volatilityBps: 12_000n, bookText: "a", at: 10n };

  it("comes with a move, a change of the book, and half of a life", () => {
    assert.isTrue(needsRenewal(undefined, now, policy));
    assert.isFalse(needsRenewal(standing, now, policy));
    assert.isTrue(needsRenewal(standing, { ...now, price: 9_980n }, policy));
    assert.isTrue(needsRenewal(standing, { ...now, bookText: "b" }, policy));
    assert.isTrue(needsRenewal(standing, { ...now, at: 30n }, policy));
  });

  it("takes the old back on chain when silent or when volatility jumps, while they live long enough", () => {
    assert.isFalse(needsCancelling(standing, 12_000n, 10n, policy));
    assert.isTrue(needsCancelling(standing, undefined, 10n, policy));
    assert.isTrue(needsCancelling(standing, 14_400n, 10n, policy));
    assert.isFalse(needsCancelling(standing, undefined, 40n, policy));
    assert.isFalse(needsCancelling(undefined, undefined, 10n, policy));
  });
});
