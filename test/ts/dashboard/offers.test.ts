// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import type { Quote } from "../../../scripts/model/trading/quotes.ts";
import { seriesOffers } from "../../../dashboard/src/model/offers.ts";
import type { Side } from "../../../dashboard/src/model/offers.ts";

const NOW = 1_800_000_000n;
const EXPIRY = 1_800_172_800n;
const ME = `0x${"22".repeat(20)}`;
const TAKER = { owner: ME, until: NOW, price: 300_000_000_000n };
const CALL = { strike: 30_000_000n, isCall: true, ratio: -1n };
const QUOTE: Quote = {
  maker: `0x${"11".repeat(20)}`,
  taker: ZeroAddress,
  marketHash: ZeroHash,
  expiry: EXPIRY,
  makerSubId: 0n,
  legs: [CALL],
  premium: 80n,
  size: 2_000_000n,
  minimumFill: 1n,
  nonce: 1n,
  deadline: NOW + 60n,
  spotLow: 0n,
  spotHigh: 0n,
};

const listed = (...changes: readonly Partial<Quote>[]) => listedOn("asks", ...changes);

const listedOn = (side: Side, ...changes: readonly Partial<Quote>[]) =>
  seriesOffers(
    changes.map((change, index) => ({
      quote: { ...QUOTE, nonce: BigInt(index), ...change },
      available: 1_000_000n,
    })),
    ZeroHash,
    TAKER,
    side,
  );

describe("What a board has for sale", () => {
  it("is each series once, at its best price, with all that is left of it", () => {
    const series = { expiry: EXPIRY, strike: 30_000_000n, isCall: true };
    assert.deepEqual(listed({}, { premium: 61n }), [{ ...series, price: 31n, available: 2_000_000n }]);
    assert.equal(listed({ legs: [{ ...CALL, ratio: -3n }] })[0]!.available, 3_000_000n, "three options in a unit");
  });

  it("counts versions of one quote once, at the best price of them", () => {
    const [one] = listed({ nonce: 7n }, { nonce: 7n, premium: 61n });
    assert.deepInclude(one, { price: 31n, available: 1_000_000n });
  });

  it("is what makers bid on the other side, at the highest bid, rounded down", () => {
    const bid = { legs: [{ ...CALL, ratio: 1n }], premium: -61n };
    const series = { expiry: EXPIRY, strike: 30_000_000n, isCall: true };
    const found = listedOn("bids", bid, { ...bid, premium: -50n }, {});
    assert.deepEqual(found, [{ ...series, price: 30n, available: 2_000_000n }]);
  });

  it("is in the order of expiries, calls before puts, by strike", () => {
    const names = listed(
      { expiry: EXPIRY + 86_400n },
      { legs: [{ ...CALL, isCall: false }] },
      { legs: [{ ...CALL, strike: 31_000_000n }] },
      {},
    ).map(({ expiry, strike, isCall }) => `${expiry - EXPIRY} ${strike} ${isCall}`);
    assert.deepEqual(names, ["0 30000000 true", "0 31000000 true", "0 30000000 false", "86400 30000000 true"]);
  });

  it("is nothing that makers buy, that is of several legs, of another market, or that may not be taken", () => {
    const none: Partial<Quote>[] = [
      { legs: [{ ...CALL, ratio: 1n }] },
      { legs: [CALL, { ...CALL, isCall: false }] },
      { marketHash: `0x${"01".repeat(32)}` },
      { taker: QUOTE.maker },
      { maker: ME },
      { deadline: NOW - 1n },
      { spotLow: 1n, spotHigh: 2n },
    ];
    assert.deepEqual(listed(...none), []);
  });
});
