// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { ClearingBench, Failure, Mode, OPTION, readingAt } from "./ClearingBench.ts";

const UNIT = 10n ** 6n;
const PUT = { strike: 3000, isCall: false, size: 1 };

async function written(dollars: number, size = 1) {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const writer = await bench.account(1);
  const other = await bench.account(2);
  const book = bench.bookId(writer.address);
  const house = bench.house.connect(writer);
  await house.fund(book, BigInt(dollars) * UNIT);
  await house.mint(book, bench.legs({ ...PUT, size }), other.address);
  return { bench, writer, other, book, house };
}

describe("Splitting a book", () => {
  it("moves a share of cash and legs, rounded down, and changes no open interest", async () => {
    const { bench, house, writer, book } = await written(5_000, 3);
    const cash = (await house.book(book)).cash;
    const target = await house.splitBook.staticCall(book, writer.address, 1n, 7n);
    await house.splitBook(book, writer.address, 1n, 7n);
    const part = await house.book(target);
    expect(part.legs[0]!.size, "3,000,000 / 7, down").to.equal(-428_571n);
    expect(part.cash).to.equal(cash / 7n);
    expect((await house.book(book)).cash).to.equal(cash - cash / 7n);
    expect(await house.openInterest(bench.seriesId(PUT))).to.equal(3n * OPTION);
  });

  it("leaves both halves of a fully funded book fully funded, to the last unit", async () => {
    const { house, writer, book } = await written(4_000);
    const cash = (await house.book(book)).cash;
    await house.defund(book, cash - 3_000n * UNIT, writer.address);
    for (const [numerator, denominator] of [
      [1n, 3n],
      [999_999n, 1_000_000n],
      [1n, 1_000_000n],
      [1n, 1n],
    ] as const) {
      const id = await house.splitBook.staticCall(book, writer.address, numerator, denominator);
      const before = await house.book(book);
      await house.splitBook(book, writer.address, numerator, denominator);
      const part = await house.book(id);
      for (const half of [await house.book(book), part]) {
        const size = half.legs.length === 0 ? 0n : -half.legs[0]!.size;
        expect(half.cash >= size * 3_000n, `${numerator}/${denominator}`).to.equal(true);
      }
      expect(part.cash + (await house.book(book)).cash, "nothing is lost but tips").to.be.within(
        before.cash,
        before.cash + 2n * UNIT,
      );
      if (numerator === denominator) break;
    }
  });

  it("works after the expiry with a dead oracle and a dead risk contract", async () => {
    const { bench, house, writer, book } = await written(4_000);
    await bench.risk.fail(Failure.Reverts);
    await bench.marks.setFailure(true, false);
    await bench.at(bench.expiry + 60n);
    await house.splitBook(book, writer.address, 1n, 2n);
  });

  it("refuses strangers, a recipient who did not ask for it, bad fractions and a full target", async () => {
    const { bench, house, writer, other, book } = await written(5_000);
    await expect(bench.house.connect(other).splitBook(book, other.address, 1n, 2n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(house.splitBook(book, other.address, 1n, 2n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(house.splitBook(book, writer.address, 0n, 2n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadFraction",
    );
    await expect(house.splitBook(book, writer.address, 3n, 2n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadFraction",
    );
    await bench.house.connect(other).setManager(writer.address, 4n);
    await house.splitBook(book, other.address, 1n, 2n);
  });

  it("refuses a part that rounding leaves short of its maximum loss, where the whole had it to the unit", async () => {
    const { bench, house, writer, book } = await written(20_000, 1.000003);
    // A put that loses 3,000 and a call that loses 4,000 an option: the put is the worse one of the whole, by 0.001 dollars.
    const call = { strike: 4_000, isCall: true, size: 0.750002 };
    await house.mint(book, bench.legs(call), writer.address);
    const most = 3_000_009_000n;
    expect(await house.maxLoss(book)).to.equal(most);
    await bench.risk.set(readingAt(3_000, { mode: Mode.Halted, opens: false }));
    const { cash } = await house.book(book);
    await house.defund(book, cash - most, writer.address);
    // In halves the put is the worse one of what stays, and the call of what leaves.
    await expect(house.splitBook.staticCall(book, writer.address, 1n, 2n))
      .to.be.revertedWithCustomError(house, "Clearinghouse_Unhealthy")
      .withArgs((id: bigint) => id !== book, 1_500_003_000n, 1_500_004_000n);
    await house.fund(book, 2_000n);
    await house.splitBook(book, writer.address, 1n, 2n);
  });

  it("refuses a target that its owner filled with legs before", async () => {
    const { bench, house, writer, other, book } = await written(5_000);
    const target = await house.nextSplit(book, writer.address);
    await house.fund(target, 5_000n * UNIT);
    await house.mint(target, bench.legs(PUT), other.address);
    await expect(house.splitBook(book, writer.address, 1n, 2n))
      .to.be.revertedWithCustomError(house, "Clearinghouse_TargetNotEmpty")
      .withArgs(target);
  });

  it("cannot be blocked by cash that a stranger sent ahead", async () => {
    const { bench, house, writer, other, book } = await written(5_000);
    const target = await house.nextSplit(book, writer.address);
    await bench.house.connect(other).fund(target, UNIT);
    await house.splitBook(book, writer.address, 1n, 2n);
    expect((await house.book(target)).legs.length).to.equal(1);
  });
});

describe("Handing a book over", () => {
  it("moves everything to an owner who gave the right to receive", async () => {
    const { bench, house, writer, other, book } = await written(5_000);
    await expect(house.transferBook(book, other.address, 9n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await bench.house.connect(other).setManager(writer.address, 4n);
    const before = await house.book(book);
    await house.transferBook(book, other.address, 9n);
    const after = await house.book(bench.bookId(other.address, 9n));
    expect(after.cash).to.equal(before.cash);
    expect(after.legs).to.deep.equal(before.legs);
    expect((await house.book(book)).cash).to.equal(0n);
    await expect(house.defund(bench.bookId(other.address, 9n), 1n, writer.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
  });

  it("never hands a book to itself: a book without legs would have its cash twice", async () => {
    const { bench, house, writer } = await written(5_000);
    const empty = bench.bookId(writer.address, 7n);
    await house.fund(empty, 100n * UNIT);
    await expect(house.transferBook(empty, writer.address, 7n))
      .to.be.revertedWithCustomError(house, "Clearinghouse_SameBook")
      .withArgs(empty);
    expect((await house.book(empty)).cash).to.equal(100n * UNIT);
  });

  it("refuses a target with legs and an expired book", async () => {
    const { bench, house, writer, other, book } = await written(5_000);
    await house.fund(bench.bookId(writer.address, 1n), 5_000n * UNIT);
    await house.mint(bench.bookId(writer.address, 1n), bench.legs(PUT), other.address);
    await expect(house.transferBook(book, writer.address, 1n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_TargetNotEmpty",
    );
    await bench.at(bench.expiry);
    await expect(house.transferBook(book, writer.address, 2n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Expired",
    );
  });
});
