// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { paysForGas } from "../../../../scripts/simulator/record/paysForGas.ts";

/** Gas of a bid on one leg is 36 USD at 75 gwei and 3,000 USD an ether, and a half more is asked for: 54. */
const GAS = { gwei: 75, dollarsPerEther: 3_000 };
/** In an hour a payment rises all the way, and what restores the book is all of it. */
const BOOK = { half: 900, target: 1_200, legs: 1, isSliced: false, bound: 3_600, blockSeconds: 12 };
const book = (cash: number, full: number, more = {}) => ({ ...BOOK, cash, full, ...more });

describe("what a bid can bring, against its gas", () => {
  it("is what the cash exceeds the worth by, less the penalty", () => {
    expect(paysForGas(book(1_057, 1_000), GAS), "54.15").to.equal(true);
    expect(paysForGas(book(1_056, 1_000), GAS), "53.20").to.equal(false);
  });

  it("is what restores the book, at a payment two fifths up, where its mode promises a bid in ten minutes", () => {
    // 10 penalty, a payment of 900 to 1,190 that is at 1,016: for 100 short of 1,300 goes 100 / 274 of the book.
    const early = { target: 1_300, bound: 600 };
    expect(paysForGas(book(1_200, 1_000, early), { ...GAS, gwei: 8 }), "5.84 for 5.76").to.equal(true);
    expect(paysForGas(book(1_200, 1_000, early), { ...GAS, gwei: 9 }), "5.84 for 6.48").to.equal(false);
  });

  it("is what restores the book four blocks before the ten minutes are over, where blocks take a minute", () => {
    // A payment that is at 900 + 290 * 360 / 1,200 = 987 or thereabouts is less than the 1,000 that is taken over.
    const slow = { target: 1_300, bound: 600, blockSeconds: 60 };
    expect(paysForGas(book(1_200, 1_000, slow), { ...GAS, gwei: 0.1 })).to.equal(false);
    expect(paysForGas(book(1_200, 1_000, { ...slow, blockSeconds: 30 }), { ...GAS, gwei: 8 }), "as before").to.equal(
      true,
    );
  });

  it("is a twentieth of the worth where cash is short of it, which insurance pays", () => {
    expect(paysForGas(book(0, 1_081), GAS), "54.05").to.equal(true);
    expect(paysForGas(book(0, 1_079), GAS), "53.95").to.equal(false);
  });

  it("is a quarter of that where books are sold in slices", () => {
    const sliced = { isSliced: true, target: 1_300 };
    expect(paysForGas(book(1_228, 1_000, sliced), GAS)).to.equal(true);
    expect(paysForGas(book(1_226, 1_000, sliced), GAS)).to.equal(false);
  });

  it("is nothing for a book that has its target", () => {
    expect(paysForGas(book(1_200, 1_000), { ...GAS, gwei: 1 })).to.equal(false);
  });

  it("must be more for more legs", () => {
    expect(paysForGas(book(1_057, 1_000, { legs: 2 }), GAS)).to.equal(false);
  });
});
