// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { chooseQuotes, topOfBook } from "../../../scripts/model/trading/chooseQuotes.ts";
import type { Offer } from "../../../scripts/model/trading/chooseQuotes.ts";
import { chooseSpread } from "../../../scripts/model/trading/chooseSpread.ts";
import { foldAccount } from "../../../scripts/model/trading/foldAccount.ts";
import { fundingOf } from "../../../scripts/model/trading/fundingOf.ts";
import { canPay, cashAfter, leftOf, refusalOfForm } from "../../../scripts/model/trading/judgeQuote.ts";
import { addLegs, CANCELLED, premiumOf, writtenBy } from "../../../scripts/model/trading/quotes.ts";
import type { Quote } from "../../../scripts/model/trading/quotes.ts";
import { shownAmount } from "../../../scripts/model/trading/shownAmount.ts";
import { stepBucket } from "../../../scripts/model/trading/stepBucket.ts";
import { withdrawalOf } from "../../../scripts/model/trading/withdrawalOf.ts";

const NOW = 1_800_000_000n;
const EXPIRY = (NOW / 86_400n + 3n) * 86_400n + 28_800n;
const OPTION = 1_000_000n;
const STRIKE = 30_000_000n;
const NOBODY = `0x${"0".repeat(40)}`;
const MAKER = `0x${"a1".repeat(20)}`;
const TAKER = { owner: `0x${"b2".repeat(20)}`, until: NOW, price: 3_000n * 10n ** 8n };
const WANTED = { marketHash: "0x1", expiry: EXPIRY, strike: STRIKE, isCall: true, size: 2n * OPTION };
const MARKET = {
  terms: { kind: "quote", unitDecimals: 6, capBps: 10_000n },
  strikeStep: 500_000n,
  mintFee: 20n,
  tip: 1_000_000n,
  dust: 50_000_000n,
  isSunset: false,
} as const;
const LONG = { strike: STRIKE, isCall: true, size: OPTION };
const SHORT = { ...LONG, size: -OPTION };

function quote(change: Partial<Quote> = {}): Quote {
  const leg = { strike: STRIKE, isCall: true, ratio: -1n };
  const names = { maker: MAKER, taker: NOBODY, marketHash: "0x1", expiry: EXPIRY, makerSubId: 0n, legs: [leg] };
  const sizes = { premium: 100n, size: OPTION, minimumFill: 1n, nonce: 0n, deadline: NOW + 60n };
  return { ...names, ...sizes, spotLow: 0n, spotHigh: 0n, ...change };
}

let nonces = 0n;
const offer = (change: Partial<Quote> = {}, available = OPTION): Offer => ({
  quote: quote({ nonce: nonces++, ...change }),
  available,
});

describe("choosing quotes", () => {
  it("takes the cheapest first and no more than is wanted", () => {
    const [dear, cheap, middle] = [offer({ premium: 120n }), offer({ premium: 100n }), offer({ premium: 110n })];
    const { chosen, premium, missing } = chooseQuotes([dear, cheap, middle], { ...WANTED, size: 1_500_000n }, TAKER);
    assert.deepEqual(
      chosen.map((one) => [one.offer, one.amount]),
      [
        [cheap, OPTION],
        [middle, OPTION / 2n],
      ],
    );
    assert.deepEqual([premium, missing], [155n, 0n]);
  });

  it("sells to who pays most", () => {
    const bid = (premium: bigint): Offer => offer({ premium, legs: [{ strike: STRIKE, isCall: true, ratio: 1n }] });
    const { chosen, premium } = chooseQuotes([bid(-80n), bid(-95n)], { ...WANTED, size: -OPTION }, TAKER);
    assert.deepEqual([chosen[0]!.offer.quote.premium, premium], [-95n, -95n]);
  });

  for (const [name, change] of [
    ["the taker's own", { maker: TAKER.owner }],
    ["somebody else's alone", { taker: MAKER }],
    ["about to pass", { deadline: NOW - 1n }],
    ["for another price", { spotLow: 1n, spotHigh: 2n }],
    ["of another strike", { legs: [{ strike: STRIKE + 1n, isCall: true, ratio: -1n }] }],
    ["of several legs", { legs: [1n, 2n].map((ratio) => ({ strike: STRIKE * ratio, isCall: true, ratio: -1n })) }],
    ["beyond the limit", { premium: 201n }],
    ["to be taken in larger parts only", { size: 10n * OPTION, premium: 1_000n, minimumFill: 3n * OPTION }],
  ] as const)
    it(`leaves out what is ${name}`, () => {
      const given = { ...offer(change), available: change && "size" in change ? 10n * OPTION : OPTION };
      assert.equal(chooseQuotes([given], WANTED, { ...TAKER, limit: 200n }).missing, WANTED.size);
    });

  it("takes of two versions of one quote no more than of one", () => {
    const [first, second] = [offer({ nonce: 7n }), offer({ nonce: 7n, premium: 110n })];
    const { chosen, missing } = chooseQuotes([first, second, offer({ premium: 300n })], WANTED, TAKER);
    assert.deepEqual([chosen.map(({ offer: { quote: one } }) => one.premium), missing], [[100n, 300n], 0n]);
  });

  it("counts a ratio as so many options a unit", () => {
    const two = offer({ legs: [{ strike: STRIKE, isCall: true, ratio: -2n }], premium: 300n });
    assert.deepEqual(chooseQuotes([two], WANTED, TAKER).chosen[0]!.amount, OPTION);
    const wanted = { marketHash: "0x1", expiry: EXPIRY, strike: STRIKE, isCall: true };
    assert.deepEqual(topOfBook([two], wanted), { ask: 150n, bid: undefined });
  });
});

describe("choosing a spread", () => {
  const leg = (ratio: bigint, strike = STRIKE) => ({ strike, isCall: true, ratio });
  const far = STRIKE + 2_000_000n;
  const spread = { marketHash: "0x1", expiry: EXPIRY, legs: [leg(1n), leg(-1n, far)], size: OPTION };
  const ask = offer({ premium: 100n });
  const bid = offer({ premium: -30n, legs: [leg(1n, far)] });

  it("puts it together of single legs", () => {
    const { chosen, premium, missing } = chooseSpread([bid, ask], spread, TAKER);
    assert.deepEqual([chosen.length, premium, missing], [2, 70n, undefined]);
  });

  it("prefers quotes of the whole where they are cheaper, and fills up with legs what they do not give", () => {
    const whole = (premium: bigint): Offer => offer({ premium, legs: [leg(1n, far), leg(-1n)] }, OPTION / 2n);
    assert.equal(chooseSpread([bid, ask, whole(60n)], spread, TAKER).premium, 65n);
    assert.equal(chooseSpread([bid, ask, whole(80n)], spread, TAKER).premium, 70n);
    const turned = { ...spread, legs: [leg(-1n), leg(1n, far)] };
    assert.isDefined(chooseSpread([whole(60n)], turned, TAKER).missing, "the other way round is another thing");
  });

  it("tells which leg is missing", () => {
    assert.deepEqual(chooseSpread([ask], spread, TAKER).missing, { leg: leg(-1n, far), size: OPTION });
  });

  it("takes a ratio of legs as it is", () => {
    const twice = { ...spread, legs: [leg(2n), leg(-4n, far)] };
    const whole = offer({ premium: 60n, legs: [leg(-2n), leg(4n, far)] });
    assert.equal(chooseSpread([whole], twice, TAKER).premium, 60n);
    assert.isDefined(chooseSpread([offer({ legs: [leg(-2n), leg(3n, far)] })], twice, TAKER).missing);
  });
});

describe("quotes and books", () => {
  it("round a part's premium against the taker", () => {
    assert.equal(premiumOf({ premium: 10n, size: 3n }, 1n), 4n);
    assert.equal(premiumOf({ premium: -10n, size: 3n }, 1n), -3n);
  });

  it("pay a mint fee on what is written only", () => {
    assert.deepEqual(writtenBy([LONG], [{ ...SHORT, size: -3n * OPTION }]), [{ ...LONG, size: 2n * OPTION }]);
    assert.deepEqual(writtenBy([SHORT], [LONG]), []);
    assert.deepEqual(addLegs([SHORT], [LONG]), []);
  });

  it("are left with what was not filled, and nothing when cancelled", () => {
    assert.equal(leftOf(quote(), 1n, false), OPTION - 1n);
    assert.equal(leftOf(quote(), OPTION, false), "filled");
    assert.equal(leftOf(quote(), CANCELLED, false), "cancelled");
    assert.equal(leftOf(quote(), 0n, true), "cancelled");
  });

  it("are refused for their form without asking anybody", () => {
    const policy = { longestSeconds: 3_600n };
    const refusal = (change: Partial<Quote>): unknown => refusalOfForm(quote(change), NOW, policy);
    assert.equal(refusal({}), undefined);
    assert.equal(refusal({ deadline: NOW - 1n }), "deadlinePassed");
    assert.equal(refusal({ deadline: NOW + 3_601n }), "deadlineTooFar");
    assert.equal(refusal({ expiry: EXPIRY + 1n }), "expiryOffGrid");
    assert.equal(refusal({ expiry: EXPIRY + 100n * 86_400n }), "expiryOffGrid");
    assert.equal(refusal({ size: 0n }), "sizeMalformed");
    assert.equal(refusal({ spotLow: 2n, spotHigh: 1n }), "spotMalformed");
  });

  it("pay premium, fee and tips, and get the tips back with the last short", () => {
    const book = { cash: 100_000_000n, tips: 0n, legs: [] };
    // 2 bp of 3,000 dollars, and two tips of a dollar.
    assert.equal(cashAfter(book, [SHORT], 5_000_000n, MARKET), 105_000_000n - 600_000n - 2_000_000n);
    assert.equal(cashAfter({ ...book, tips: 2n, legs: [SHORT] }, [LONG], -5_000_000n, MARKET), 97_000_000n);
    assert.equal(cashAfter({ ...book, cash: 4n }, [LONG], -5n, MARKET), undefined);
  });

  it("cannot be quoted by a book that is short, flagged or dust", () => {
    const rich = { cash: 10n ** 12n, tips: 0n, state: 0n, legs: [] };
    const required = { hasPrice: true, cost: 600_000_000n, amount: 600_000_000n };
    assert.isTrue(canPay(quote(), OPTION, rich, MARKET, required));
    assert.isFalse(canPay(quote(), OPTION, { ...rich, cash: 600_000_000n }, MARKET, required));
    assert.isFalse(canPay(quote(), OPTION, { ...rich, state: 1n }, MARKET, required));
    assert.isFalse(canPay(quote(), OPTION, rich, MARKET, { hasPrice: true, cost: 1n, amount: 1n }));
  });

  it("are funded with exactly what a trade takes", () => {
    const empty = { cash: 0n, tips: 0n, state: 0n, legs: [] };
    const bought = fundingOf(empty, [LONG], 20n, 0n, MARKET, 200n);
    assert.deepEqual([bought.needed, bought.cash], [20n, 0n]);
    const written = fundingOf(empty, [SHORT], -5_000_000n, 600_000_000n, MARKET, 0n);
    assert.equal(written.needed, 600_000_000n + 600_000n + 2_000_000n - 5_000_000n);
    assert.equal(written.cash, 600_000_000n);
    const closed = fundingOf(
      { ...empty, cash: 4_000_000n, tips: 2n, legs: [SHORT] },
      [LONG],
      5_000_000n,
      0n,
      MARKET,
      0n,
    );
    assert.deepEqual([closed.needed, closed.cash], [1_000_000n, 2_000_000n], "the tips come back after the payment");
  });
});

describe("leaving a book", () => {
  it("keeps a buffer beyond what has to stay, for the price moves before the block", () => {
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 600n, maxLoss: 900n }, 200n), 592n);
  });

  it("keeps no more than the legs can cost", () => {
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 600n, maxLoss: 403n }, 200n), 597n);
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 600n, maxLoss: 400n }, 200n), 600n);
  });

  it("takes all of a book that owes nothing, and nothing of one that can spare nothing", () => {
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 1_000n, maxLoss: 0n }, 200n), 1_000n);
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 5n, maxLoss: 2_000n }, 200n), 0n);
    assert.equal(withdrawalOf({ cash: 1_000n, maxDefund: 0n, maxLoss: 2_000n }, 200n), 0n);
  });
});

describe("an account's history", () => {
  it("adds up what went in and came out, by market and expiry", () => {
    const [book, other] = [(1n << 64n) | (EXPIRY << 32n), (2n << 64n) | (EXPIRY << 32n)];
    const [first, second] = foldAccount([
      { kind: "funded", book, amount: 10n },
      { kind: "filled", book, premium: 7n, fee: 1n },
      { kind: "defunded", book, amount: 2n },
      { kind: "redeemed", market: 1n, expiry: EXPIRY, paid: 9n },
      { kind: "moved", book: other },
    ]);
    const { paidIn, paidOut, premium, fees, isPartial } = first!;
    assert.deepEqual([paidIn, paidOut, premium, fees, isPartial], [10n, 11n, 7n, 1n, false]);
    assert.deepEqual([second!.market, second!.isPartial], [2n, true]);
  });
});

describe("small things of trading", () => {
  it("shows amounts without zeros at the end", () => {
    assert.deepEqual(
      [0n, 1_500_000n, -100n, -1_000_000n].map((value) => shownAmount(value, 6)),
      ["0", "1.5", "-0.0001", "-1"],
    );
    assert.equal(shownAmount(-1n, 6, 2), "0");
  });

  it("admits a burst, and then so many a second", () => {
    const policy = { burst: 2, perSecond: 1 };
    const first = stepBucket(undefined, 0, policy);
    const second = stepBucket(first.bucket, 0, policy);
    const third = stepBucket(second.bucket, 500, policy);
    const fourth = stepBucket(third.bucket, 1_100, policy);
    assert.deepEqual(
      [first, second, third, fourth].map(({ admitted }) => admitted),
      [true, true, false, true],
    );
  });
});
