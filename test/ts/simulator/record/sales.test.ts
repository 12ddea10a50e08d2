// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { SaleRecord } from "../../../../scripts/simulator/record/SaleRecord.ts";

const TERMS = { kind: "quote", unitDecimals: 6, capBps: 10_000n } as const;
/** A put that is 1,000 USD in the money, for good: its mark is what it owes. */
const DUE = {
  legs: [{ strike: 40_000_000n, isCall: false, size: -1_000_000n }],
  price: 3_000n * 10n ** 8n,
  timeValue: 0n,
};
const DOLLAR = 1_000_000n;

describe("what liquidations gave for what they were paid", () => {
  it("is nothing where nothing was sold", () => {
    const sales = new SaleRecord<string>();
    sales.begin("book");
    expect(sales.lowestShare).to.equal(null);
  });

  it("is taken of all slices of a liquidation together, and the worst is told", () => {
    const sales = new SaleRecord<string>();
    sales.begin("one");
    sales.add("one", { ...DUE, paid: 1_000n * DOLLAR }, TERMS);
    sales.add("one", { ...DUE, paid: 1_500n * DOLLAR }, TERMS);
    expect(sales.lowestShare).to.equal(0.8);
    sales.begin("other");
    sales.add("other", { ...DUE, paid: 1_600n * DOLLAR }, TERMS);
    expect(sales.lowestShare).to.equal(0.625);
  });

  it("begins anew when a book is flagged again, and forgets nothing", () => {
    const sales = new SaleRecord<string>();
    sales.begin("book");
    sales.add("book", { ...DUE, paid: 2_000n * DOLLAR }, TERMS);
    sales.begin("book");
    sales.add("book", { ...DUE, paid: 1_000n * DOLLAR }, TERMS);
    expect(sales.lowestShare).to.equal(0.5);
  });
});
