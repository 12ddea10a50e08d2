// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { paysForGas } from "../../../../scripts/simulator/record/paysForGas.ts";

/** Gas of a bid on one leg is 36 USD at 100 gwei and 3,000 USD an ether, and a half more is asked for: 54. */
const GAS = { gwei: 100, dollarsPerEther: 3_000 };
const book = (cash: number, full: number, more = {}) => ({ cash, full, legs: 1, isSliced: false, ...more });

describe("what a bid can bring, against its gas", () => {
  it("is what the cash exceeds the worth by, less the penalty", () => {
    expect(paysForGas(book(1_057, 1_000), GAS), "54.15").to.equal(true);
    expect(paysForGas(book(1_056, 1_000), GAS), "53.20").to.equal(false);
  });

  it("is a twentieth of the worth where cash is short of it, which insurance pays", () => {
    expect(paysForGas(book(0, 1_081), GAS), "54.05").to.equal(true);
    expect(paysForGas(book(0, 1_079), GAS), "53.95").to.equal(false);
  });

  it("is a quarter of that where books are sold in slices", () => {
    expect(paysForGas(book(1_228, 1_000, { isSliced: true }), GAS)).to.equal(true);
    expect(paysForGas(book(1_226, 1_000, { isSliced: true }), GAS)).to.equal(false);
  });

  it("must be more for more legs", () => {
    expect(paysForGas(book(1_057, 1_000, { legs: 2 }), GAS)).to.equal(false);
  });
});
