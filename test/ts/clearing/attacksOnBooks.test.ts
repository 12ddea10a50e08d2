// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { dollarsOf, fillOf, priceAt, quoteOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY, OPTION, readingAt } from "./ClearingBench.ts";

const CALL = { strike: 3000, isCall: true, size: 1 };
const PUT = { strike: 3000, isCall: false, size: 1 };

async function insured(): Promise<ClearingBench> {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  return bench;
}

describe("Attacks on books: moving them (design review, findings 24, 25, 50)", () => {
  it("a book handed over to its own place does not double its cash", async () => {
    const bench = await insured();
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    const book = bench.bookId(attacker.address);
    const before = await dollarsOf(bench, [attacker.address], [book]);
    await house.fund(book, 1_000n * UNIT);

    await expect(house.transferBook(book, attacker.address, 0n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_SameBook",
    );

    expect((await dollarsOf(bench, [attacker.address], [book])) - before, "gain").to.equal(0n);
  });

  it("a split whose target is its own source, found by trying four billion sub ids, doubles no cash", async () => {
    const bench = await insured();
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    // Where the first split of this book goes is this book: a fixed point of the hash for the second of Hardhat's accounts.
    const book = bench.bookId(attacker.address, 837_192_558n, 1n, 2_000_016_000n);
    expect(await house.nextSplit(book, attacker.address)).to.equal(book);
    await house.fund(book, 1_000n * UNIT);

    await expect(house.splitBook(book, attacker.address, 1n, 1n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_SameBook",
    );

    expect((await house.book(book)).cash).to.equal(1_000n * UNIT);
  });

  it("crumbs split off a book whose legs round down to nothing take no cash away from its shorts", async () => {
    const bench = await insured();
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    const book = bench.bookId(attacker.address);
    await house.fund(book, 100n * UNIT);
    await house.mint(book, bench.legs({ ...PUT, size: 0.08 }), attacker.address);
    const { cash } = await house.book(book);

    // A share of one part in (size + 1) holds no option but one part of the cash; 200 of them fit into a transaction.
    const crumb = house.interface.encodeFunctionData("splitBook", [book, attacker.address, 1n, 80_001n]);
    await house.multicall(Array.from({ length: 100 }, () => crumb)).catch(() => undefined);

    expect((await house.book(book)).cash, "all of it stays with the short").to.equal(cash);
    await expect(house.splitBook(book, attacker.address, 1n, 80_001n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadFraction",
    );
  });

  it("a margined book is not cut into pieces too small for anybody to liquidate (finding 37)", async () => {
    const bench = await insured();
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    const book = bench.bookId(attacker.address);
    await house.fund(book, 1_500n * UNIT);
    await house.mint(book, bench.legs(PUT), attacker.address);

    await expect(house.splitBook(book, attacker.address, 1n, 31n), "48 dollars leave").to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Dust",
    );
    await expect(house.splitBook(book, attacker.address, 30n, 31n), "48 dollars stay").to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Dust",
    );
    await house.splitBook(book, attacker.address, 1n, 29n);
  });

  it("crumbs of a fully funded book leave both parts fully funded", async () => {
    const bench = await insured();
    const owner = await bench.account(1);
    const house = bench.house.connect(owner);
    const book = bench.bookId(owner.address);
    await house.fund(book, 1_000n * UNIT);
    await house.mint(book, bench.legs({ ...PUT, size: 0.3 }), owner.address);
    await house.splitBook(book, owner.address, 1n, 300_001n);
    expect((await house.book(book)).cash >= 900n * UNIT).to.equal(true);
  });
});

describe("Attacks on books: one trade over two expiries of a market", () => {
  /** Two accounts of one attacker open `first` options at the first expiry and `second` at the next in one call. */
  async function twoExpiries() {
    const bench = await insured();
    const [one, two] = [await bench.account(1), await bench.account(2)];
    const later = bench.expiry + BigInt(DAY);
    for (const owner of [one, two]) {
      for (const expiry of [bench.expiry, later]) {
        const id = bench.bookId(owner.address, 0n, bench.quoteMarket, expiry);
        await bench.house.connect(owner).fund(id, 100_000n * UNIT);
      }
    }
    const open = async (nonce: bigint, sold = -1) => {
      const short = [{ ...CALL, size: sold }];
      const [early, late] = [
        quoteOf(bench, one.address, short, { nonce }),
        quoteOf(bench, one.address, short, { nonce: nonce + 1n, expiry: later }),
      ];
      await bench.house
        .connect(two)
        .fillQuotes([
          await fillOf(bench, one, two.address, early, 5n * OPTION),
          await fillOf(bench, one, two.address, late, OPTION),
        ]);
    };
    return { bench, one, two, later, open };
  }

  it("what both open counts, so that everything can be closed and settled again", async () => {
    const { bench, one, later, open } = await twoExpiries();
    await open(1n);

    // Closing takes off what opening put on: with the first expiry forgotten this would run below zero and be refused.
    await open(3n, 1);
    expect(await bench.house.openInterest(bench.seriesId(CALL)), "nothing is open").to.equal(0n);
    await open(5n);
    await priceAt(bench, 3_100);
    await bench.house.settleBooks([bench.bookId(one.address)]);
    await bench.mark(later, 3_100);
    await bench.at(later + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, later, 0);
  });

  it("both fees reach the insurance and the rewards", async () => {
    const { bench, open } = await twoExpiries();
    await open(1n);
    const moved = await bench.house.moveFees.staticCall(bench.quoteMarket).then(async () => {
      await bench.house.moveFees(bench.quoteMarket);
      return bench.house.freeBalance(bench.pot, bench.dollar);
    });
    // 2 bp of six options at 3,000 dollars, 60 %; a tip for either expiry stays.
    expect(moved).to.equal((3_600_000n * 6n) / 10n - 2n * UNIT);
  });

  it("together they stay below the cap of the market", async () => {
    const { bench, open } = await twoExpiries();
    await bench.risk.set(readingAt(3000, { notionalCap: 1_750_000n })); // 17,500 dollars: five options and a bit
    await expect(open(1n)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_CapReached");
  });

  it("rolling into one expiry does not lift it above its own share of the cap", async () => {
    const { bench, one, two, later, open } = await twoExpiries();
    await open(1n);
    // A market whose insurance covers just what is open: nothing but a roll between expiries keeps the sum.
    const roll = async (nonce: bigint) =>
      bench.house
        .connect(two)
        .fillQuotes([
          await fillOf(bench, one, two.address, quoteOf(bench, one.address, [CALL], { nonce }), 5n * OPTION),
          await fillOf(
            bench,
            one,
            two.address,
            quoteOf(bench, one.address, [{ ...CALL, size: -1 }], { nonce: nonce + 1n, expiry: later }),
            5n * OPTION,
          ),
        ]);
    await bench.risk.set(readingAt(3000, { notionalCap: 1_000_000n })); // 10,000 dollars
    await expect(roll(11n)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_CapReached");
  });
});

describe("Attacks on quotes: accounts that are both key and contract (design review, finding 33)", () => {
  it("a maker whose account has been given code that knows no ERC-1271 still signs with its key", async () => {
    const bench = await insured();
    const [maker, taker] = [await bench.account(1), await bench.account(2)];
    for (const owner of [maker, taker])
      await bench.house.connect(owner).fund(bench.bookId(owner.address), 20_000n * UNIT);
    await bench.connection.ethers.provider.send("hardhat_setCode", [maker.address, "0x00"]);

    const quote = quoteOf(bench, maker.address, [{ ...CALL, size: -1 }]);
    await bench.house.connect(taker).fillQuotes([await fillOf(bench, maker, taker.address, quote)]);

    expect((await bench.house.book(bench.bookId(taker.address))).legs[0]!.size).to.equal(OPTION);
  });
});
