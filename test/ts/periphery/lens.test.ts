// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Failure, OPTION, PRICE, readingAt, STRIKE } from "../clearing/ClearingBench.ts";
import { lensOnHouse } from "./PeripheryBench.ts";

const UNIT = 10n ** 6n;
const MOST_GAS = 16_777_216n;
const CALL = { strike: 3000, isCall: true, size: 2 };
const PUT = { strike: 2800, isCall: false, size: 1 };

/** A writer with 20,000 dollars in his book; a buyer has two calls and one put of it. */
async function sold() {
  const { bench, lens } = await lensOnHouse();
  const writer = await bench.account(1);
  const buyer = await bench.account(2);
  const book = bench.bookId(writer.address, 5n);
  const house = bench.house.connect(writer);
  await house.fund(book, 20_000n * UNIT);
  await house.mint(book, bench.legs(CALL, PUT), buyer.address);
  return { bench, lens, house, book, writer: writer.address, buyer: buyer.address };
}

describe("Lens: books", () => {
  it("unpacks a book with its legs, names and what may leave", async () => {
    const { bench, lens, book, writer } = await sold();
    const shown = await lens.bookOf(book);
    const { cash } = await bench.house.book(book);
    expect([shown.owner, shown.market, shown.expiry, shown.subId]).to.deep.equal([writer, 1n, bench.expiry, 5n]);
    expect([shown.cash, shown.tips, shown.state, shown.phase, shown.hasNames]).to.deep.equal([cash, 2n, 0n, 1n, true]);
    expect(shown.maxLoss, "two capped calls").to.equal(6_000n * UNIT);
    expect(shown.maxDefund).to.equal(await bench.house.maxDefund(book));
    expect(shown.equity).to.equal(await bench.house.equity(book));
    expect(shown.legs.map(({ seriesId, strike, isCall, size }) => [seriesId, strike, isCall, size])).to.deep.equal([
      [bench.seriesId(CALL), 3000n * STRIKE, true, -2n * OPTION],
      [bench.seriesId(PUT), 2800n * STRIKE, false, -OPTION],
    ]);
    expect(shown.legs[0]!.name).to.match(/^ETH-USD \d{2}[A-Z]{3}\d{2} 3000 capped call 6000$/);
  });

  it("shows a book all the same with a dead oracle and a dead risk contract, and says what is missing", async () => {
    const { bench, lens, book, buyer } = await sold();
    for (const [reverts, burnsGas] of [
      [true, false],
      [false, true],
    ] as const) {
      await bench.marks.setFailure(reverts, burnsGas);
      for (const failure of Object.values(Failure)) {
        await bench.risk.fail(failure);
        const shown = await lens.bookOf(book);
        expect([shown.hasNames, shown.legs.length, shown.legs[0]!.name]).to.deep.equal([false, 2, ""]);
        expect(shown.maxDefund >= shown.cash - shown.maxLoss, "down to maximum loss at least").to.equal(true);
        const expiry = await lens.expiryOverview(bench.quoteMarket, bench.expiry);
        expect([expiry.hasNames, expiry.series.length]).to.deep.equal([false, 2]);
        await lens.marketOverview(bench.quoteMarket);
        await lens.accountOverview(buyer, bench.quoteMarket, bench.expiry);
        const { preview } = await lens.previewMint(book, bench.legs(CALL));
        expect(preview.opens).to.equal(failure === Failure.None);
      }
    }
  });

  it("previews a mint with the terms of the requirement afterwards", async () => {
    const { bench, lens, house, book, buyer } = await sold();
    const legs = bench.legs(CALL, { ...PUT, strike: 3100 });
    const told = await lens.previewMint(book, legs);
    const { preview, explained } = told;
    expect(explained.initial.amount).to.equal(preview.required);
    expect(explained.legs.map(({ size }) => size)).to.deep.equal([-4n * OPTION, -OPTION, -OPTION]);
    expect(explained.initialExcess).to.equal(preview.cash - preview.fee - preview.tips - preview.required);
    await house.mint(book, legs, buyer);
    const after = await lens.explainMargin(book);
    expect(after.cash, "fee and tips are gone").to.equal(explained.cash);
    expect(after.legs).to.deep.equal(explained.legs);
    expect(explained.initial.amount - after.initial.amount, "a second of time value").to.be.within(0n, 5_000n);
  });
});

describe("Lens: markets, expiries, accounts", () => {
  it("shows what a market was made of, under the name that quotes sign", async () => {
    const { bench, lens } = await sold();
    for (const [market, hash, token] of [
      [bench.quoteMarket, bench.quoteHash, bench.dollar],
      [bench.coinMarket, bench.coinHash, bench.coin],
    ] as const) {
      const shown = await lens.marketOverview(market);
      expect([shown.marketHash, shown.params.collateral]).to.deep.equal([hash, await token.getAddress()]);
      expect(shown.parameters.capBps).to.equal(10_000n);
      expect(shown.state.unitDecimals).to.equal(token === bench.dollar ? 6n : 9n);
    }
    await expect(lens.marketOverview(3n)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_UnknownMarket");
  });

  it("follows an expiry and an account from the first trade to the last payment", async () => {
    const { bench, lens, book, buyer } = await sold();
    const other = await bench.account(3);
    const second = bench.bookId(other.address);
    await bench.house.connect(other).fund(second, 10_000n * UNIT);
    await bench.house.connect(other).mint(second, bench.legs(CALL), buyer);
    const expiry = async () => lens.expiryOverview(bench.quoteMarket, bench.expiry);
    const account = async () => lens.accountOverview(buyer, bench.quoteMarket, bench.expiry);

    const open = await expiry();
    expect([open.state.phase, open.indexWad, open.hasNames]).to.deep.equal([1n, 10n ** 18n, true]);
    expect(open.series.map(({ series, payoff }) => [series.seriesId, series.openInterest, payoff])).to.deep.equal([
      [bench.seriesId(CALL), 4n * OPTION, 0n],
      [bench.seriesId(PUT), OPTION, 0n],
    ]);
    const free = await bench.house.freeBalance(buyer, bench.dollar);
    const early = await account();
    expect([early.freeBalance, early.tokenAnswers, early.withdrawable]).to.deep.equal([free, true, free]);
    expect(early.holdings.map((holding) => [...holding])).to.deep.equal([
      [bench.seriesId(CALL), 4n * OPTION, 0n],
      [bench.seriesId(PUT), OPTION, 0n],
    ]);

    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const priced = await expiry();
    expect([priced.state.price, priced.indexWad]).to.deep.equal([3_400n * PRICE, 0n]);
    expect(priced.series.map(({ payoff }) => payoff)).to.deep.equal([400n * UNIT, 0n]);
    expect((await account()).holdings.map(({ payoff }) => payoff)).to.deep.equal([1_600n * UNIT, 0n]);

    await bench.house.settleBooks([book]);
    expect((await expiry()).indexWad, "half of the claims").to.equal(5n * 10n ** 17n);
    await bench.house.connect(await bench.signer(2)).redeem(bench.seriesId(CALL), 4n * OPTION);
    expect([...(await account()).receipt].slice(1)).to.deep.equal([800n * UNIT, 0n]);
    await bench.house.settleBooks([second]);
    const late = await account();
    expect([late.receipt.due, late.holdings.length]).to.deep.equal([800n * UNIT, 1]);
    const final = await expiry();
    expect([final.indexWad, final.state.isFinal]).to.deep.equal([10n ** 18n, true]);
  });

  it("says so when the collateral token does not answer", async () => {
    const { bench, lens, buyer } = await sold();
    const free = await bench.house.freeBalance(buyer, bench.dollar);
    await bench.connection.ethers.provider.send("hardhat_setCode", [await bench.dollar.getAddress(), "0xfe"]);
    const shown = await lens.accountOverview(buyer, bench.quoteMarket, bench.expiry);
    expect([shown.freeBalance, shown.tokenAnswers, shown.withdrawable]).to.deep.equal([free, false, 0n]);
    expect(shown.holdings.length).to.equal(2);
  });

  it("stays below the gas of a transaction with every series that an expiry can have", async () => {
    const { bench, lens } = await lensOnHouse();
    const writer = await bench.account(1, 50_000_000, 0);
    const house = bench.house.connect(writer);
    const series = Array.from({ length: 127 }, (_, index) => 1_200 + 50 * index).flatMap((strike) => [
      { strike, isCall: true, size: 0.1 },
      { strike, isCall: false, size: 0.1 },
    ]);
    await bench.risk.set(readingAt(3000, { notionalCap: 10n ** 18n }));
    for (let from = 0; from < series.length; from += 8) {
      const book = bench.bookId(writer.address, BigInt(from));
      await house.fund(book, 100_000n * UNIT);
      await house.mint(book, bench.legs(...series.slice(from, from + 8)), writer.address);
    }
    const shown = await lens.expiryOverview(bench.quoteMarket, bench.expiry);
    expect(shown.series.length, "strikes of 0.4 to 2.5 times the price").to.equal(254);
    const gas = {
      expiry: await lens.expiryOverview.estimateGas(bench.quoteMarket, bench.expiry),
      account: await lens.accountOverview.estimateGas(writer.address, bench.quoteMarket, bench.expiry),
      book: await lens.bookOf.estimateGas(bench.bookId(writer.address)),
    };
    for (const [name, used] of Object.entries(gas)) expect(used < MOST_GAS, `${name}: ${used}`).to.equal(true);
  });
});
