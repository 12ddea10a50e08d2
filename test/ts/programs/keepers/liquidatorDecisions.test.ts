// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { closeWithQuotes } from "../../../../scripts/keepers/liquidator/closeWithQuotes.ts";
import type { Offer } from "../../../../scripts/keepers/liquidator/closeWithQuotes.ts";
import { decideLiquidation } from "../../../../scripts/keepers/liquidator/decideLiquidation.ts";
import { legsOfShare, sizeBid } from "../../../../scripts/keepers/liquidator/sizeBid.ts";
import type { BidInputs } from "../../../../scripts/keepers/liquidator/sizeBid.ts";
import { weiOf } from "../../../../scripts/keepers/liquidator/worth.ts";
import { flagReward } from "../../../../scripts/model/clearing/flagReward.ts";
import { initialScenario } from "../../../../scripts/model/clearing/margin.ts";
import type { Terms } from "../../../../scripts/model/clearing/types.ts";
import type { Quote } from "../../../../scripts/model/trading/quotes.ts";
import { expectNear } from "../../model/expectNear.ts";

const ONE = 10n ** 18n;
const DOLLAR = 10n ** 6n;
const PRICE = 3_600n * 10n ** 8n;
const TERMS: Terms = { kind: "quote", unitDecimals: 6, capBps: 10_000n };
const CALL = { strike: 3_000n * 10n ** 4n, isCall: true };
const SOLD = [{ ...CALL, size: -10_000_000n }];
const RULE = { shockBps: 2_500n, floorBps: 1_200n, timeValue: 30_000_000n, multiplierBps: 10_000n, addOnBps: 0n };
const INPUTS: BidInputs = {
  legs: SOLD,
  full: 7_000n * DOLLAR,
  payment: 8_000n * DOLLAR,
  largestShare: ONE,
  into: { cash: 0n, tips: 0n, status: "healthy", legs: [] },
  terms: TERMS,
  tip: DOLLAR,
  initial: initialScenario({ price: PRICE, low: PRICE, high: PRICE }, RULE),
  available: 1_000_000n * DOLLAR,
  marginBps: 0n,
  headroomBps: 0n,
};

describe("what a flag brings", () => {
  it("is the tip and half of the penalty to who counts on no auction", () => {
    assert.equal(flagReward({ cash: 3_000n, full: 1_000n, tip: 10n }, 0n), 10n + 50n);
    assert.equal(flagReward({ cash: 900n, full: 1_000n, tip: 10n }, 0n), 10n);
  });

  it("is more to who may win the auction: all cash beyond the worth but the penalty, at most", () => {
    assert.equal(flagReward({ cash: 3_000n, full: 1_000n, tip: 0n }, 10_000n), 50n + 1_900n);
    assert.equal(flagReward({ cash: 3_000n, full: 1_000n, tip: 0n }, 5_000n), 50n + 950n);
  });

  it("is what insurance adds where cash does not cover the legs", () => {
    assert.equal(flagReward({ cash: 900n, full: 1_000n, tip: 1n }, 10_000n), 1n + 50n);
    assert.equal(flagReward({ cash: 0n, full: 0n, tip: 1n }, 10_000n), 1n);
  });
});

describe("size of a bid", () => {
  it("is all that the auction lets go where capital carries it", () => {
    assert.equal(sizeBid(INPUTS)!.share, ONE);
    assert.equal(sizeBid({ ...INPUTS, largestShare: ONE / 4n })!.share, ONE / 4n);
    assert.isUndefined(sizeBid({ ...INPUTS, largestShare: 0n }));
  });

  it("asks for more than restores the book, which grows until it is in a block, and gains by what it gets", () => {
    const [exact, ahead] = [0n, 500n].map((headroomBps) =>
      sizeBid({ ...INPUTS, largestShare: ONE / 4n, headroomBps })!,
    );
    assert.equal(ahead!.share, (ONE * 30n) / 100n, "5 % of the book more");
    assert.equal(ahead!.gain, exact!.gain);
    assert.equal(sizeBid({ ...INPUTS, headroomBps: 500n })!.share, ONE, "never more than all");
  });

  it("is what capital carries, to a thousandth, and nothing without any", () => {
    const whole = sizeBid(INPUTS)!.funding;
    const half = sizeBid({ ...INPUTS, available: whole / 2n })!;
    assert.isTrue(half.funding <= whole / 2n, "no more than there is");
    expectNear(Number(half.share) / 1e18, "half", 0.5, 0.002);
    assert.isUndefined(sizeBid({ ...INPUTS, available: 0n }));
  });

  it("is nothing below a hundredth of the book, but for the last of a slice", () => {
    const whole = sizeBid(INPUTS)!.funding;
    assert.isUndefined(sizeBid({ ...INPUTS, available: whole / 200n }));
    assert.equal(sizeBid({ ...INPUTS, largestShare: ONE / 500n })!.share, ONE / 500n);
  });

  it("counts what the taking book holds, and legs that offset", () => {
    const { funding } = sizeBid(INPUTS)!;
    const cash = 1_000n * DOLLAR;
    assert.equal(sizeBid({ ...INPUTS, into: { ...INPUTS.into, cash } })!.funding, funding - cash);
    const hedged = { ...INPUTS.into, legs: [{ ...CALL, size: 10_000_000n }] };
    assert.equal(sizeBid({ ...INPUTS, into: hedged })!.funding, 0n, "its longs close what is taken");
  });

  it("asks for what the legs are worth and the margin, less what rounding takes", () => {
    const { minimumPayment, gain } = sizeBid({ ...INPUTS, marginBps: 100n })!;
    assert.equal(minimumPayment, 7_070n * DOLLAR - 2n);
    assert.equal(gain, 1_000n * DOLLAR);
  });

  it("rounds legs as the contract does: shorts up, longs down", () => {
    const legs = [
      { ...CALL, size: -5n },
      { ...CALL, isCall: false, size: 5n },
    ];
    assert.deepEqual(
      legsOfShare(legs, ONE / 2n).map(({ size }) => size),
      [-3n, 2n],
    );
    assert.lengthOf(legsOfShare([{ ...CALL, size: 1n }], ONE / 2n), 0);
  });
});

describe("closing with quotes", () => {
  const moment = { marketHash: "0xab", expiry: 9n, time: 1_000n, price: PRICE, taker: `0x${"0f".repeat(20)}` };
  const offer = (premium: bigint, available: bigint, change: Partial<Quote> = {}): Offer => ({
    quote: {
      maker: "0x01",
      taker: `0x${"00".repeat(20)}`,
      marketHash: "0xAB",
      expiry: 9n,
      makerSubId: 0n,
      legs: [{ ...CALL, ratio: -1n }],
      premium,
      size: 10_000_000n,
      minimumFill: 0n,
      nonce: 0n,
      deadline: 2_000n,
      spotLow: 0n,
      spotHigh: 0n,
      ...change,
    },
    signature: "0x",
    available,
  });

  it("takes the cheapest first, to the last unit", () => {
    const offers = [offer(9_000n, 10_000_000n), offer(8_000n, 4_000_000n)];
    const { fills, premium } = closeWithQuotes(SOLD, offers, moment)!;
    assert.deepEqual(
      fills.map(({ amount }) => amount),
      [4_000_000n, 6_000_000n],
    );
    assert.equal(premium, 3_200n + 5_400n);
    assert.isUndefined(closeWithQuotes(SOLD, [offer(8_000n, 9_999_999n)], moment), "a unit is missing");
  });

  it("sells longs to makers who buy, for the most they pay", () => {
    const buys = (premium: bigint): Offer => offer(premium, 10_000_000n, { legs: [{ ...CALL, ratio: 1n }] });
    const { premium } = closeWithQuotes([{ ...CALL, size: 10_000_000n }], [buys(-500n), buys(-700n)], moment)!;
    assert.equal(premium, -700n);
  });

  it("uses no quote that is over, another's, of another series, out of its prices or too coarse", () => {
    const unfit: Partial<Quote>[] = [
      { deadline: 1_010n },
      { taker: `0x${"ee".repeat(20)}` },
      { legs: [{ ...CALL, strike: 1n, ratio: -1n }] },
      { legs: [{ ...CALL, ratio: 1n }] },
      { spotLow: 1n, spotHigh: PRICE - 1n },
      { minimumFill: 10_000_001n },
      { marketHash: "0xac" },
      { expiry: 10n },
    ];
    for (const change of unfit)
      assert.isUndefined(closeWithQuotes(SOLD, [offer(1n, 10_000_000n, change)], moment), Object.keys(change).join());
    assert.isDefined(closeWithQuotes(SOLD, [offer(1n, 10_000_000n, { taker: moment.taker })], moment));
  });
});

describe("worth of a bid", () => {
  it("exceeds the legs' by the margin, or it waits", () => {
    const view = { isFlagged: true, isLiquidatable: true, cash: 1n, full: 1_000n, target: 9_999n, payment: 1_010n };
    assert.equal(decideLiquidation(view, 100n), "bid");
    assert.equal(decideLiquidation(view, 101n), "wait");
    assert.equal(decideLiquidation({ ...view, payment: 950n }, -500n), "bid");
  });

  it("is counted in wei at the configured price, a stable at par, a coin at its own", () => {
    const ether = 2_000n * 10n ** 8n;
    assert.equal(weiOf(2_000n * DOLLAR, TERMS, PRICE, ether), ONE);
    const coin: Terms = { kind: "coin", unitDecimals: 9, capBps: 10_000n };
    assert.equal(weiOf(10n ** 9n, coin, 4_000n * 10n ** 8n, ether), 2n * ONE);
    assert.equal(weiOf(-5n, TERMS, PRICE, ether), 0n);
  });
});
