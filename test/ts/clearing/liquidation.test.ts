// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { auctionTerms, LEAST_SHARE } from "../../../scripts/model/clearing/liquidation.ts";
import { expectNear } from "../model/expectNear.ts";
import { eventOf, UNIT } from "./attackTools.ts";
import { Mode } from "./ClearingBench.ts";
import { mirroredScenarios, modelLegs, termsOf } from "./heldBook.ts";
import type { Reading } from "./heldBook.ts";
import { Allowed, LiquidationBench, MINUTE, ONE, SOLD } from "./LiquidationBench.ts";

/** State of a book as its view shows it. */
const HEALTHY = 0n;
const FLAGGED = 1n;

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

describe("Liquidation: bids", () => {
  let bench: LiquidationBench;
  let book: bigint;
  let into: bigint;
  beforeEach(async () => {
    bench = await LiquidationBench.create();
    book = await bench.open([SOLD], 12_000);
    into = await bench.bidderBook();
    await bench.tell(3_600);
    await bench.flag(book);
  });

  it("in a grace's last part takes books below half of maintenance alone, at both ends of the band", async () => {
    const refused = () =>
      expect(bench.bid(book, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Healthy");
    await bench.wait(3_600, 10n * MINUTE, { allowed: Allowed.BelowHalf });
    await refused();
    const wide = { low: 3_200n * 10n ** 8n, high: 5_600n * 10n ** 8n };
    await bench.wait(5_400, 10n * MINUTE, { allowed: Allowed.BelowHalf, reading: wide });
    await refused();
    await bench.wait(5_400, 60n * MINUTE, { allowed: Allowed.BelowHalf });
    await bench.bid(book, into);
    const [left] = (await bench.house.book(book)).legs;
    expect(left!.size, "a slice of it").to.equal(-7_500_000n);
  });

  it("pays from M₀ to all the cash but the penalty in twenty minutes", async () => {
    const { half, payment } = await bench.house.auction(book);
    expect(payment).to.equal(half);
    await bench.wait(3_600, 10n * MINUTE);
    const middle = await bench.house.auction(book);
    const { cash } = await bench.house.book(book);
    const last = cash - middle.penalty;
    expect(middle.payment).to.equal(middle.half + (last - middle.half) / 2n);
    await bench.wait(3_600, 10n * MINUTE);
    const end = await bench.house.auction(book);
    expect(end.payment).to.equal(cash - end.penalty);
    expect(end.penalty, "5 % of what the cash exceeds M by").to.equal(((cash - end.full) * 5n + 99n) / 100n);
  });

  it("takes no more than restores the book, and that ends it (finding 13)", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const { largestShare } = await bench.house.auction(book);
    expect(largestShare < ONE && largestShare > 0n).to.equal(true);
    const told = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
    expect(told.isOver).to.equal(true);
    const rest = await bench.house.book(book);
    expect(rest.state).to.equal(HEALTHY);
    const { target } = await bench.house.auction(book);
    expect(rest.cash >= target - 2n, `${rest.cash} of ${target}`).to.equal(true);
    const { cash } = await bench.house.book(into);
    expect(cash).to.equal(100_000n * UNIT + (told.paid as bigint) - 2n * UNIT);
  });

  it("leaves a smaller bid's rest flagged, its clock where the rest costs what was paid", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const before = await bench.house.auction(book);
    await bench.bid(book, into, ONE / 20n);
    expect((await bench.house.book(book)).state).to.equal(FLAGGED);
    const after = await bench.house.auction(book);
    expect(after.elapsed < before.elapsed, "a few seconds back").to.equal(true);
    const [asked, paid] = [Number(after.payment) / 19, Number(before.payment) / 20];
    expectNear(asked, "price of a twentieth", paid, paid / 1e3);
    expect(asked <= paid, "never dearer").to.equal(true);
  });

  it("halves the penalty between insurance and the flagger, to the unit", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const { insurance } = await bench.house.marketState(bench.clearing.quoteMarket);
    const free = await bench.house.freeBalance(bench.flagger.address, bench.clearing.dollar);
    const before = await bench.house.book(book);
    const told = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
    const after = await bench.house.book(book);
    const [toInsurance, toFlagger] = [told.toInsurance as bigint, told.toFlagger as bigint];
    expect(before.cash - after.cash).to.equal((told.paid as bigint) + toInsurance + toFlagger);
    expect(toInsurance - toFlagger).to.be.within(0n, 1n);
    const { insurance: insured } = await bench.house.marketState(bench.clearing.quoteMarket);
    expect(insured - insurance).to.equal(toInsurance);
    expect((await bench.house.freeBalance(bench.flagger.address, bench.clearing.dollar)) - free).to.equal(toFlagger);
  });

  it("keeps what is paid in a book that meets initial margin, or reverts whole", async () => {
    const poor = await bench.bidderBook(1, 1n);
    const before = await bench.house.book(book);
    await expect(bench.bid(book, poor)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Unhealthy");
    expect(await bench.house.book(book)).to.deep.equal(before);
  });

  it("goes on in ReduceOnly, where the bidder's own requirement rises (finding 12)", async () => {
    await bench.tell(3_600, { reading: { mode: Mode.ReduceOnly, opens: false, multiplierBps: 12_500n } });
    await bench.bid(book, into);
  });

  it("pays at least what the bidder asked for, in proportion to what he gets", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const { payment } = await bench.house.auction(book);
    await expect(bench.bid(book, into, ONE, payment + 10n ** 6n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_PaymentTooSmall",
    );
    const told = await eventOf(bench.clearing, bench.bid(book, into, ONE, (payment * 99n) / 100n), "BidFilled");
    expect((told.paid as bigint) < payment, "of a part").to.equal(true);
  });

  it("nets against longs the bidder holds: open interest falls, never rises", async () => {
    const { clearing } = bench;
    const series = clearing.seriesId(SOLD);
    await bench.house.connect(bench.writer).transfer(bench.bidder.address, series, 10_000_000n);
    await bench.house.connect(bench.bidder).depositLong(into, series, 10_000_000n);
    const before = await bench.house.openInterest(series);
    const told = await eventOf(clearing, bench.bid(book, into), "BidFilled");
    const taken = -(told.legs as { size: bigint }[])[0]!.size;
    expect(before - (await bench.house.openInterest(series))).to.equal(taken);
    const { openNotional } = await bench.house.marketState(clearing.quoteMarket);
    const left = await bench.house.openInterest(series);
    expect(openNotional).to.be.within((left * 3_000n) / 10_000n - 2n, (left * 3_000n) / 10_000n + 2n);
  });

  it("rounds shorts up in what it takes: crumbs of a book leave no short behind (S13)", async () => {
    await bench.wait(3_600, 5n * MINUTE);
    const told = await eventOf(bench.clearing, bench.bid(book, into, ONE / 30n), "BidFilled");
    expect((told.legs as { size: bigint }[])[0]!.size, "10,000,000 / 30, rounded up").to.equal(-333_334n);
  });

  it("cannot be blocked by cash that a stranger sends to the bidder's book (audits of peers)", async () => {
    await bench.house.connect(bench.writer).fund(into, 12_345n);
    await bench.bid(book, into);
    const fresh = bench.clearing.bookId(bench.bidder.address, 99n);
    await bench.house.connect(bench.writer).fund(fresh, 1n);
    await bench.house.connect(bench.bidder).fund(fresh, 50_000n * UNIT);
  });

  it("refuses a stranger's book, another expiry, the flagged book itself and shares beyond all of it", async () => {
    const { clearing } = bench;
    const cases: [Promise<unknown>, string][] = [
      [bench.bid(book, clearing.bookId(bench.writer.address, 5n)), "Clearinghouse_Unauthorized"],
      [
        bench.bid(book, clearing.bookId(bench.bidder.address, 0n, clearing.quoteMarket, clearing.expiry + 86_400n)),
        "Clearinghouse_WrongBook",
      ],
      [bench.bid(book, clearing.bookId(bench.bidder.address, 0n, clearing.coinMarket)), "Clearinghouse_WrongBook"],
      [bench.house.connect(bench.writer).bid(book, book, ONE, 0n), "Clearinghouse_SameBook"],
      [bench.bid(book, into, 0n), "Clearinghouse_BadShare"],
      [bench.bid(book, into, ONE + 1n), "Clearinghouse_BadShare"],
    ];
    for (const [call, error] of cases) await expect(call).to.be.revertedWithCustomError(bench.house, error);
  });

  it("refuses a book that is not flagged, and one whose cash is the target again", async () => {
    const calm = await bench.bidderBook(1, 9n);
    await expect(bench.bid(calm, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_WrongState");
    await bench.tell(3_000);
    await expect(bench.bid(book, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Healthy");
  });

  it("goes in slices of a quarter per minute where the mode says so (finding 31)", async () => {
    const slices = { allowed: Allowed.Slices };
    await bench.wait(4_000, 20n * MINUTE, slices);
    const sizeNow = async (): Promise<bigint> => -(await bench.house.book(book)).legs[0]!.size;
    const before = await sizeNow();
    await bench.bid(book, into);
    expect(await sizeNow()).to.equal((before * 3n) / 4n);
    await expect(bench.bid(book, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_SliceTaken");
    const now = (await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
    await bench.clearing.at(now + 60);
    await bench.bid(book, into);
    expect(await sizeNow()).to.equal((before * 9n) / 16n);
  });

  it("sells every slice at the price of the first: a bid makes nothing dearer, and who may not buy does not refuse", async () => {
    const { ethers } = bench.clearing.connection;
    await bench.wait(4_000, 9n * MINUTE, { allowed: Allowed.Slices });
    const perOption: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      const { paid, legs } = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
      perOption.push(Number(paid) / Number(-legs[0].size));
      await bench.clearing.at((await ethers.provider.getBlock("latest"))!.timestamp + 60);
      await bench.wait(4_000, MINUTE, { allowed: Allowed.Slices });
    }
    // The clock counts whole seconds, each some eight hundredths of a percent.
    for (const price of perOption) expectNear(price, "price of an option", perOption[0]!, perOption[0]! / 1e3);
  });

  it("goes back alike for one bid and for many that take as much together", async () => {
    const elapsedAfter = async (shares: readonly bigint[]): Promise<number> => {
      const other = await LiquidationBench.create();
      const sold = await other.open([SOLD], 12_000);
      const taker = await other.bidderBook();
      await other.tell(4_000);
      await other.flag(sold);
      await other.wait(4_000, 9n * MINUTE, { allowed: Allowed.Slices });
      for (const share of shares) await other.bid(sold, taker, share);
      return Number((await other.house.auction(sold)).elapsed);
    };
    const once = await elapsedAfter([ONE / 10n]);
    // A tenth of the book, in parts of what is left each time.
    const cut = await elapsedAfter([ONE / 40n, ONE / 39n, ONE / 38n, ONE / 37n]);
    expect(once, "a tenth is two fifths of a slice, and of its minute").to.be.below(9 * 60 - 24);
    expect(cut).to.be.within(once - 4, once + 1);
  });

  it("refuses bids of less than a hundredth, which by a second or a basis point each would stall an auction", async () => {
    await bench.wait(4_000, 9n * MINUTE, { allowed: Allowed.Slices });
    const before = await bench.house.auction(book);
    for (const share of [1n, ONE / 10_000n, LEAST_SHARE - 1n]) {
      await expect(bench.bid(book, into, share))
        .to.be.revertedWithCustomError(bench.house, "Clearinghouse_BadShare")
        .withArgs(share, LEAST_SHARE, ONE);
    }
    const { elapsed, largestShare } = await bench.house.auction(book);
    expect(elapsed >= before.elapsed, "the clock runs").to.equal(true);
    expect(largestShare, "the slice is whole").to.equal(before.largestShare);
  });

  it("costs an owner who bids for his own book what he would stall it with: a second of the clock is a hundredth sold", async () => {
    await bench.wait(4_000, 9n * MINUTE);
    const { elapsed } = await bench.house.auction(book);
    const sizeNow = async (): Promise<bigint> => -(await bench.house.book(book)).legs[0]!.size;
    const before = await sizeNow();
    for (let i = 0; i < 20; i += 1) await bench.bid(book, into, LEAST_SHARE);
    const sold = 1 - Number(await sizeNow()) / Number(before);
    expect(sold, "most of a fifth is his no longer").to.be.above(0.18);
    const back = Number(elapsed - (await bench.house.auction(book)).elapsed);
    // What the rest holds more cash for, and less than a second a bid of rounding.
    expect(back).to.be.within(0, 20 + (sold / (1 - sold)) * 9 * 60);
  });

  it("lets the last of a slice go, however little it is", async () => {
    await bench.wait(4_000, 20n * MINUTE, { allowed: Allowed.Slices });
    await bench.bid(book, into, (ONE * 249n) / 1_000n);
    const { largestShare } = await bench.house.auction(book);
    expect(largestShare > 0n && largestShare < LEAST_SHARE, `${largestShare}`).to.equal(true);
    await bench.bid(book, into);
    await expect(bench.bid(book, into)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_SliceTaken");
  });

  it("small bids of one window take no more together than one large one", async () => {
    await bench.wait(4_000, 20n * MINUTE, { allowed: Allowed.Slices });
    const sizeNow = async (): Promise<bigint> => -(await bench.house.book(book)).legs[0]!.size;
    const before = await sizeNow();
    for (let i = 0; i < 4; i += 1) await bench.bid(book, into, ONE / 12n).catch(() => undefined);
    expect((await sizeNow()) >= (before * 3n) / 4n).to.equal(true);
  });

  it("takes all of what would leave dust behind", async () => {
    const { clearing } = bench;
    await bench.tell(3_000);
    const small = await bench.open([{ strike: 3_050, isCall: true, size: 0.2 }], 170, 3n);
    await bench.tell(3_600);
    await bench.flag(small);
    await bench.wait(3_600, 18n * MINUTE);
    expect((await bench.house.auction(small)).largestShare).to.equal(ONE);
    await eventOf(clearing, bench.bid(small, into), "BidFilled");
    const rest = await bench.house.book(small);
    expect([rest.legs.length, rest.tips, rest.state]).to.deep.equal([0, 0n, HEALTHY]);
  });

  it("shows what the model says, to the last unit", async () => {
    const { clearing } = bench;
    for (const [price, seconds] of [
      [3_600, 0n],
      [3_700, 411n],
      [4_100, 1_300n],
      [5_000, 2_000n],
    ] as const) {
      await bench.wait(price, seconds);
      const shown = await bench.house.auction(book);
      const held = await bench.house.book(book);
      const now = BigInt((await clearing.connection.ethers.provider.getBlock("latest"))!.timestamp);
      const requirement = await bench.house.requirement(book);
      const reading = requirement.reading as unknown as Reading;
      const { initial, maintenance } = mirroredScenarios("quote", reading, clearing.expiry - now);
      const told = auctionTerms(modelLegs(held.legs), termsOf("quote"), {
        cash: held.cash,
        price: reading.price,
        timeValue: maintenance.timeValue,
        maintenance,
        calm: initial,
        elapsed: shown.elapsed,
        isPrimary: true,
      });
      const { full, half, target, payment, penalty, largestShare } = shown;
      expect({ full, half, target, payment, penalty, largestShare }).to.deep.equal(told);
    }
  });
});
