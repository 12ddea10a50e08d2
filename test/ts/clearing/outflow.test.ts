// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { UNIT } from "./attackTools.ts";
import { ClearingBench, Mode } from "./ClearingBench.ts";
import type { Leg } from "./ClearingBench.ts";

const SOLD: Leg = { strike: 3_000, isCall: false, size: 20 };
/** Insurance and 30 % of the open notional: what outflow is a share of. */
const BASE = 10_000n + 18_000n;

describe("Margin that leaves a market (review 34)", () => {
  /** A writer of twenty puts, with their maximum loss in cash; about 20,000 of it is initial margin. */
  async function setting() {
    const bench = await ClearingBench.create();
    await bench.insure(10_000);
    const writer = await bench.account(1);
    const house = bench.house.connect(writer);
    const book = bench.bookId(writer.address);
    await house.fund(book, 65_000n * UNIT);
    await bench.risk.set({ ...(await reading()), lossShareBps: 0n });
    await house.mint(book, bench.legs(SOLD), writer.address);
    const { cash } = await bench.house.book(book);
    await house.defund(book, cash - 60_000n * UNIT, writer.address);
    const mode = async (): Promise<bigint> => (await bench.house.requirement(book)).reading.mode;
    return { bench, writer, house, book, mode };
  }
  const reading = async () => (await import("./ClearingBench.ts")).readingAt(3_000);
  const dollars = (amount: bigint): bigint => amount * UNIT;

  it("asks for Cautious from 15 % of what stands behind the market, and lets no more than 25 % go in an hour", async () => {
    const { bench, writer, house, book, mode } = await setting();
    await house.defund(book, dollars((BASE * 14n) / 100n), writer.address);
    expect(await mode()).to.equal(Mode.Normal);
    await house.defund(book, dollars((BASE * 2n) / 100n), writer.address);
    expect(await mode()).to.equal(Mode.Cautious);
    await expect(house.defund(book, dollars((BASE * 10n) / 100n), writer.address)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_OutflowTooLarge",
    );
  });

  it("makes the rest wait, an hour at most, and then forgets", async () => {
    const { bench, writer, house, book, mode } = await setting();
    await house.defund(book, dollars((BASE * 24n) / 100n), writer.address);
    const now = (await bench.connection.ethers.provider.getBlock("latest"))!.timestamp;
    await bench.at(now + 3_600);
    await house.defund(book, dollars((BASE * 24n) / 100n), writer.address);
    await bench.at(now + 3 * 3_600);
    expect(await mode()).to.equal(Mode.Normal);
  });

  it("counts nothing for cash that goes round: a flash loan trips no breaker", async () => {
    const { writer, house, book, mode } = await setting();
    await house.defund(book, dollars((BASE * 10n) / 100n), writer.address);
    for (let i = 0; i < 5; i += 1) {
      await house.fund(book, dollars(50_000n));
      await house.defund(book, dollars(50_000n), writer.address);
    }
    expect(await mode()).to.equal(Mode.Normal);
  });

  it("counts cash beyond maximum loss neither coming nor leaving: what nobody needs masks no run", async () => {
    const { bench, writer, house, book } = await setting();
    await house.fund(book, dollars(500_000n));
    await house.defund(book, dollars(500_000n), writer.address);
    await house.defund(book, dollars((BASE * 24n) / 100n), writer.address);
    await expect(house.defund(book, dollars((BASE * 5n) / 100n), writer.address)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_OutflowTooLarge",
    );
  });

  it("never touches what a funded book has beyond its maximum loss, nor free balances (law 1)", async () => {
    const { bench, writer, house, book } = await setting();
    await house.defund(book, dollars((BASE * 24n) / 100n), writer.address);
    const other = bench.bookId(writer.address, 1n);
    await house.fund(other, dollars(100_000n));
    await house.defund(other, dollars(100_000n), writer.address);
    await house.withdraw(bench.dollar, dollars(1_000n), writer.address);
  });

  describe("is an alarm and no wall: for a mint fee", () => {
    /** Two basis points of the strikes of twenty puts. */
    const FEE = dollars(12n);

    it("a position moves to a new book at initial margin, and what the old one held is free, uncounted", async () => {
      const { bench, writer, house, book, mode } = await setting();
      const before = await house.freeBalance(writer.address, bench.dollar);
      const { initial } = await bench.house.requirement(book);
      const held = (await house.book(book)).cash;
      const anew = bench.bookId(writer.address, 1n);
      const paid = initial.amount + dollars(20n);
      await house.fund(anew, paid);
      await house.mint(anew, bench.legs(SOLD), writer.address);
      await house.burn(book, bench.legs(SOLD));
      await house.defund(book, (await house.book(book)).cash, writer.address);
      expect(await mode()).to.equal(Mode.Normal);
      const gained = (await house.freeBalance(writer.address, bench.dollar)) - before;
      expect(gained >= held - paid && gained > dollars((BASE * 130n) / 100n), `${gained}`).to.equal(true);
      const { cash } = await house.book(anew);
      expect(cash >= initial.amount, "and nobody is below initial margin").to.equal(true);
    });

    it("margin that was never at risk trips it, and what anybody has beyond maximum loss goes as before", async () => {
      const { bench, writer, house, book, mode } = await setting();
      const tripper = await bench.account(2);
      const theirs = bench.house.connect(tripper);
      const own = bench.bookId(tripper.address);
      const before = await theirs.freeBalance(tripper.address, bench.dollar);
      await theirs.fund(own, dollars(61_000n));
      await theirs.mint(own, bench.legs(SOLD), tripper.address);
      await theirs.defund(own, dollars((BASE * 36n) / 100n), tripper.address);
      await theirs.burn(own, bench.legs(SOLD));
      await theirs.defund(own, (await theirs.book(own)).cash, tripper.address);
      expect(before - (await theirs.freeBalance(tripper.address, bench.dollar)), "what it costs").to.equal(FEE);

      expect(await mode()).to.equal(Mode.Cautious);
      await expect(house.defund(book, dollars(1_000n), writer.address), "margin waits").to.be.revertedWithCustomError(
        bench.house,
        "Clearinghouse_OutflowTooLarge",
      );
      await house.fund(book, dollars(1_000n));
      await house.defund(book, dollars(1_000n), writer.address);
      await house.withdraw(bench.dollar, dollars(1_000n), writer.address);
    });
  });
});
