// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { eventOf, UNIT } from "./attackTools.ts";
import { Mode } from "./ClearingBench.ts";
import { Allowed, FLAGGED, HEALTHY, LiquidationBench, MINUTE, SOLD } from "./LiquidationBench.ts";

describe("Liquidation: flagging", () => {
  let bench: LiquidationBench;
  let book: bigint;
  beforeEach(async () => {
    bench = await LiquidationBench.create();
    book = await bench.open([SOLD], 12_000);
  });

  const refused = async (error: string): Promise<void> => {
    await expect(bench.flag(book)).to.be.revertedWithCustomError(bench.house, error);
    expect((await bench.house.book(book)).state).to.equal(HEALTHY);
    expect(await bench.house.isLiquidatable(book)).to.equal(false);
  };

  it("leaves a book alone that meets maintenance", async () => {
    await refused("Clearinghouse_Healthy");
  });

  it("flags a book below maintenance at both prices, pays the tip it set aside, and charges nothing", async () => {
    await bench.tell(3_600);
    const before = await bench.house.book(book);
    expect(await bench.house.isLiquidatable(book)).to.equal(true);
    const told = await eventOf(bench.clearing, bench.house.connect(bench.flagger).flag(book), "BookFlagged");
    expect(told.elapsed).to.equal(0n);
    const after = await bench.house.book(book);
    expect(after.state).to.equal(FLAGGED);
    expect(after.cash, "no fee for being flagged").to.equal(before.cash);
    expect([before.tips, after.tips]).to.deep.equal([2n, 1n]);
    expect(await bench.house.freeBalance(bench.flagger.address, bench.clearing.dollar)).to.equal(1n * UNIT);
  });

  it("needs the earlier price to say the same: one price liquidates nobody (finding 19)", async () => {
    await bench.tell(3_600, { earlier: 3_000 });
    await refused("Clearinghouse_Healthy");
    await bench.tell(3_000, { earlier: 3_600 });
    await refused("Clearinghouse_Healthy");
    await bench.tell(3_600, { earlier: 0 });
    await refused("Clearinghouse_NoLiquidation");
  });

  it("looks at the best edge of the band: uncertainty liquidates nobody (law 3)", async () => {
    const price = 3_600n * 10n ** 8n;
    await bench.tell(3_600, { reading: { low: price - price / 5n, high: price + price / 5n } });
    expect(await bench.house.isLiquidatable(book), "the earlier price has its own band").to.equal(false);
    await refused("Clearinghouse_Healthy");
  });

  it("does nothing in grace, at an old price or without one, whatever the mode", async () => {
    await bench.tell(3_600, { allowed: Allowed.None });
    await refused("Clearinghouse_NoLiquidation");
    await bench.clearing.risk.fail(2n);
    await refused("Clearinghouse_NoLiquidation");
  });

  it("knows no mode: neither k nor the add-on brings a book nearer to it (law 2)", async () => {
    await bench.tell(3_100, {
      reading: { mode: Mode.ReduceOnly, multiplierBps: 12_500n, addOnBps: 1_000n, opens: false },
    });
    await refused("Clearinghouse_Healthy");
  });

  it("where only books below half of maintenance may be liquidated, both ends of the band must say so", async () => {
    await bench.tell(3_600, { allowed: Allowed.BelowHalf });
    await refused("Clearinghouse_Healthy");
    await bench.tell(3_000);
    const poor = await bench.open([{ ...SOLD, strike: 3_050 }], 12_000, 1n);
    await bench.tell(5_400, { allowed: Allowed.BelowHalf });
    await bench.flag(poor);
    const wide = { low: 3_200n * 10n ** 8n, high: 5_600n * 10n ** 8n };
    await bench.tell(5_400, { allowed: Allowed.BelowHalf, reading: wide });
    await refused("Clearinghouse_Healthy");
  });

  it("can never flag a book with its maximum loss, at any price (law 4, S15)", async () => {
    const full = await bench.open([SOLD], 30_000, 1n);
    for (const price of [1, 500, 2_999, 3_600, 6_000, 60_000, 100_000_000]) {
      await bench.tell(price);
      await expect(bench.flag(full)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Healthy");
    }
  });

  it("flags nothing from the expiry on", async () => {
    await bench.clearing.at(bench.clearing.expiry);
    await bench.tell(3_600);
    await refused("Clearinghouse_Expired");
  });

  it("does not flag twice: a second call only follows what the book lacks", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    await bench.tell(5_500);
    const told = await eventOf(bench.clearing, bench.house.flag(book), "BookRemarked");
    const { full } = await bench.house.auction(book);
    expect(told.shortage).to.equal(full - (await bench.house.book(book)).cash);
    expect((await bench.house.marketState(bench.clearing.quoteMarket)).reserved).to.equal(told.shortage);
    expect((await bench.house.auction(book)).flagger).to.equal(bench.flagger.address);
  });
});

describe("Liquidation: what a flagged book may do", () => {
  let bench: LiquidationBench;
  let book: bigint;
  beforeEach(async () => {
    bench = await LiquidationBench.create();
    book = await bench.open([SOLD], 12_000);
    await bench.tell(3_600);
    await bench.flag(book);
  });

  it("takes cash and closes shorts, and gives out nothing", async () => {
    const house = bench.house.connect(bench.writer);
    await house.fund(book, 100n * UNIT);
    await house.burn(book, bench.clearing.legs({ ...SOLD, size: 1 }));
    for (const call of [
      house.defund(book, 1n, bench.writer.address),
      house.mint(book, bench.clearing.legs({ ...SOLD, size: 1 }), bench.writer.address),
      house.transferBook(book, bench.writer.address, 7),
    ]) {
      await expect(call).to.be.revertedWithCustomError(bench.house, "Clearinghouse_WrongState");
    }
  });

  it("is over by anyone's call once its cash is the target, not on an uptick that leaves it below (finding 11)", async () => {
    const { target } = await bench.house.auction(book);
    const { cash } = await bench.house.book(book);
    const missing = target - cash;
    // The target falls by cents a second, with time value.
    await bench.house.connect(bench.writer).fund(book, missing - 10n * UNIT);
    await expect(bench.house.unflag(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Unhealthy");
    await bench.house.connect(bench.writer).fund(book, 10n * UNIT);
    await bench.house.connect(bench.bidder).unflag(book);
    expect((await bench.house.book(book)).state).to.equal(HEALTHY);
  });

  it("must hold no more to leave than to open: the target is IM without mode at most", async () => {
    const { initial, maintenance } = await bench.house.requirement(book);
    const { target } = await bench.house.auction(book);
    expect(target <= initial.amount && target >= maintenance.amount).to.equal(true);
    const reading = { mode: Mode.Cautious, multiplierBps: 12_500n, addOnBps: 1_000n };
    await bench.tell(3_600, { reading });
    const cautious = (await bench.house.auction(book)).target;
    expect(cautious, "neither k nor add-on; time value wears off").to.be.within(target - UNIT, target);
  });

  it("is over without any price once it holds its maximum loss, before and after the expiry (laws 1 and 4)", async () => {
    const other = await bench.open([{ ...SOLD, strike: 3_050 }], 12_000, 1n).catch(() => 0n);
    expect(other, "nothing opens for the test at this price").to.equal(0n);
    await bench.house.connect(bench.writer).fund(book, 18_000n * UNIT);
    await bench.clearing.risk.fail(2n);
    await bench.clearing.at(bench.clearing.expiry + 5n);
    await bench.house.unflag(book);
    expect((await bench.house.book(book)).state).to.equal(HEALTHY);
  });

  it("takes its clock up again when it is flagged within an hour, not later (finding 11)", async () => {
    const cure = async (): Promise<void> => {
      await bench.tell(3_000);
      await bench.house.unflag(book);
    };
    await bench.wait(3_600, 9n * MINUTE);
    await cure();
    await bench.wait(3_600, 59n * MINUTE);
    await bench.flag(book);
    expect((await bench.house.auction(book)).elapsed).to.equal(9n * MINUTE);
    await cure();
    await bench.wait(3_600, 61n * MINUTE);
    await bench.flag(book);
    expect((await bench.house.auction(book)).elapsed).to.equal(0n);
  });

  it("does not lose its clock by changing hands", async () => {
    await bench.wait(3_600, 9n * MINUTE);
    await bench.tell(3_000);
    await bench.house.unflag(book);
    await bench.house.connect(bench.writer).transferBook(book, bench.writer.address, 7);
    await bench.tell(3_600);
    const moved = bench.clearing.bookId(bench.writer.address, 7n);
    await bench.flag(moved);
    expect((await bench.house.auction(moved)).elapsed).to.equal(9n * MINUTE);
  });

  it("pays one flagger one tip: flagging again and again drains nobody", async () => {
    await bench.tell(3_000);
    await bench.house.unflag(book);
    await bench.tell(3_600);
    await bench.flag(book);
    expect(await bench.house.freeBalance(bench.flagger.address, bench.clearing.dollar)).to.equal(1n * UNIT);
  });

  it("stands still while bid time does: no price moves it (law 5)", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const { payment } = await bench.house.auction(book);
    await bench.clearing.at((await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp + 20);
    expect((await bench.house.auction(book)).elapsed).to.equal(5n * MINUTE);
    const later = (await bench.house.auction(book)).payment;
    expect(later <= payment, "only time value wears off").to.equal(true);
  });

  it("settles like any other at its expiry, and its owner keeps what is left", async () => {
    const { clearing } = bench;
    await clearing.mark(clearing.expiry, 3_200);
    await clearing.at(clearing.expiry + 120n);
    await bench.house.settleExpiry(clearing.quoteMarket, clearing.expiry, 0);
    await bench.house.settleBooks([book]);
    const { cash } = await bench.house.book(book);
    expect(cash >= 10_000n * UNIT).to.equal(true);
    await bench.house.connect(bench.writer).defund(book, cash, bench.writer.address);
  });
});
