// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { auctionTerms, LEAST_SHARE } from "../../../scripts/model/clearing/liquidation.ts";
import { expectNear } from "../model/expectNear.ts";
import { eventOf, UNIT } from "./attackTools.ts";
import { Mode } from "./ClearingBench.ts";
import { mirroredScenarios, modelLegs, termsOf } from "./heldBook.ts";
import type { Reading } from "./heldBook.ts";
import { Allowed, FLAGGED, HEALTHY, LiquidationBench, MINUTE, ONE, SOLD } from "./LiquidationBench.ts";

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
