// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Allowed, LiquidationBench, MINUTE, SOLD } from "./LiquidationBench.ts";

/** Half of what ten calls at 3,000 can lose. */
const HALF = 15_000;
const PRICES = [3_600, 5_400, 60_000, 100_000_000];

describe("Liquidation where only books below half of maintenance may go", () => {
  let bench: LiquidationBench;
  beforeEach(async () => {
    bench = await LiquidationBench.create();
  });

  const flagging = async (book: bigint) =>
    expect(bench.flag(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Healthy");

  it("leaves a book with half of its maximum loss alone, at any price", async () => {
    const book = await bench.open([SOLD], HALF);
    const less = await bench.open([SOLD], HALF - 1, 1n);
    for (const price of PRICES) {
      await bench.tell(price, { allowed: Allowed.BelowHalf });
      await flagging(book);
      expect(await bench.house.isLiquidatable(book), `${price}`).to.equal(false);
    }
    expect(await bench.house.isLiquidatable(less), "a dollar less").to.equal(true);
    await bench.tell(PRICES.at(-1)!);
    expect(await bench.house.isLiquidatable(book), "where more may go").to.equal(true);
  });

  it("lets nobody bid for such a book that was flagged before", async () => {
    const book = await bench.open([SOLD], HALF);
    const into = await bench.bidderBook();
    await bench.tell(60_000);
    await bench.flag(book);
    await bench.wait(60_000, 10n * MINUTE, { allowed: Allowed.BelowHalf });
    expect(await bench.house.isLiquidatable(book)).to.equal(false);
    await expect(bench.bid(book, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Healthy");
  });
});
