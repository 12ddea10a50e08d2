// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { UNIT } from "./attackTools.ts";
import { Allowed, LiquidationBench, MINUTE, ONE, SOLD } from "./LiquidationBench.ts";

const HEALTHY = 0n;
const FLAGGED = 1n;

describe("Liquidation: a flagged book that is split", () => {
  let bench: LiquidationBench;
  let book: bigint;
  beforeEach(async () => {
    bench = await LiquidationBench.create();
    book = await bench.open([SOLD], 12_000);
  });

  const split = async (numerator: number, denominator: number): Promise<bigint> => {
    const house = bench.house.connect(bench.writer);
    const id = await house.nextSplit(book, bench.writer.address);
    await house.splitBook(book, bench.writer.address, numerator, denominator);
    return id;
  };
  const shortages = async (...ids: bigint[]): Promise<bigint[]> =>
    Promise.all(ids.map(async (id) => (await bench.house.auction(id)).shortage));

  it("goes on being liquidated in both parts, on the same clock and for the same flagger (finding 40)", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    await bench.wait(3_600, 7n * MINUTE);
    const before = await bench.house.auction(book);
    const part = await split(1, 3);
    for (const id of [book, part]) {
      const auction = await bench.house.auction(id);
      expect((await bench.house.book(id)).state).to.equal(FLAGGED);
      expect(auction.elapsed).to.equal(before.elapsed);
      expect(auction.flagger).to.equal(bench.flagger.address);
      expect(auction.isLiquidatable).to.equal(true);
    }
    const [rest, taken] = await Promise.all([book, part].map((id) => bench.house.auction(id)));
    expect(rest!.payment + taken!.payment, "worth to bidders what the whole was").to.be.closeTo(
      before.payment,
      before.payment / 1_000_000n,
    );
  });

  it("shares what insurance set aside and changes none of it", async () => {
    await bench.tell(5_500);
    await bench.flag(book);
    const [whole] = await shortages(book);
    const { reserved } = await bench.house.marketState(bench.clearing.quoteMarket);
    const part = await split(1, 4);
    const [rest, taken] = await shortages(book, part);
    expect(taken).to.equal(whole! / 4n);
    expect(rest! + taken!).to.equal(whole);
    expect((await bench.house.marketState(bench.clearing.quoteMarket)).reserved).to.equal(reserved);
    // Each part gives back its own.
    for (const id of [book, part]) {
      await bench.house.connect(bench.writer).fund(id, await bench.house.maxLoss(id));
      await bench.house.unflag(id);
    }
    expect((await bench.house.marketState(bench.clearing.quoteMarket)).reserved).to.equal(0n);
  });

  it("hands the liquidation on as a whole where all of it leaves", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    const part = await split(1, 1);
    expect((await bench.house.book(book)).state).to.equal(HEALTHY);
    expect((await bench.house.auction(book)).isFlagged).to.equal(false);
    expect((await bench.house.auction(part)).isFlagged).to.equal(true);
    await bench.bid(part, await bench.bidderBook());
  });

  it("stays where the legs are: what leaves without any is cash, and nobody's to liquidate", async () => {
    await bench.tell(5_500);
    await bench.flag(book);
    const before = await shortages(book);
    await bench.house.connect(bench.writer).fund(book, 20_000n * UNIT); // beyond its maximum loss
    const part = await split(1, 100_000_000);
    const [rest, taken] = await Promise.all([book, part].map((id) => bench.house.book(id)));
    expect([taken!.state, taken!.legs.length, taken!.cash]).to.deep.equal([HEALTHY, 0, 320n]);
    expect([rest!.state, rest!.legs.length]).to.deep.equal([FLAGGED, 1]);
    expect(await shortages(book)).to.deep.equal(before);
    expect((await bench.house.auction(part)).isFlagged).to.equal(false);
    await bench.house.connect(bench.writer).defund(part, 320n, bench.writer.address);
  });

  it("does not open a new slice: what this minute took is taken from both", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    const told = { allowed: Allowed.Slices };
    await bench.wait(3_600, 20n * MINUTE, told);
    await bench.bid(book, await bench.bidderBook());
    expect((await bench.house.auction(book)).largestShare).to.equal(0n);
    const part = await split(1, 2);
    expect((await bench.house.auction(part)).largestShare).to.equal(0n);
    await expect(bench.bid(part, await bench.bidderBook(100_000, 1n), ONE)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_SliceTaken",
    );
  });

  it("leaves no crumbs that nobody would bid for", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    const { cash } = await bench.house.book(book);
    const parts = cash / (50n * UNIT) + 1n;
    await expect(
      bench.house.connect(bench.writer).splitBook(book, bench.writer.address, 1, parts),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_Dust");
  });

  it("is no way out: cash stays where it is, and both are taken as before", async () => {
    await bench.tell(3_600);
    await bench.flag(book);
    const part = await split(1, 2);
    const house = bench.house.connect(bench.writer);
    for (const call of [
      house.defund(part, 1n, bench.writer.address),
      house.transferBook(part, bench.writer.address, 77),
      house.mint(part, bench.clearing.legs({ ...SOLD, size: 1 }), bench.writer.address),
    ]) {
      await expect(call).to.be.revertedWithCustomError(bench.house, "Clearinghouse_WrongState");
    }
    await bench.wait(3_600, 25n * MINUTE);
    for (const [index, id] of [book, part].entries()) {
      const into = await bench.bidderBook(100_000, BigInt(index));
      const before = (await bench.house.book(into)).cash;
      await bench.bid(id, into);
      expect((await bench.house.book(into)).cash).to.be.above(before);
    }
  });
});
