// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ClearingBench, DAY, Mode, OPTION, PRICE, readingAt, STRIKE } from "./ClearingBench.ts";

const UNIT = 10n ** 6n;
const CALL = { strike: 3000, isCall: true, size: 1 };

/** A maker and a taker with a funded book each. */
async function parties() {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const maker = await bench.account(1);
  const taker = await bench.account(2);
  const makerBook = bench.bookId(maker.address);
  const takerBook = bench.bookId(taker.address);
  await bench.house.connect(maker).fund(makerBook, 100_000n * UNIT);
  await bench.house.connect(taker).fund(takerBook, 100_000n * UNIT);
  const quote = (change: object = {}) => ({
    maker: maker.address,
    taker: ZeroAddress,
    marketHash: bench.quoteHash,
    expiry: bench.expiry,
    makerSubId: 0n,
    legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: -1n }],
    premium: 1_000n * UNIT,
    size: 10n * OPTION,
    minimumFill: OPTION,
    nonce: 5n,
    deadline: bench.expiry,
    spotLow: 0n,
    spotHigh: 0n,
    ...change,
  });
  const take = async (offer: ReturnType<typeof quote>, amount = OPTION, change: object = {}, signer = maker) =>
    bench.house.connect(taker).fillQuotes([
      {
        quote: offer,
        signature: await bench.sign(signer, offer),
        takerOwner: taker.address,
        takerSubId: 0n,
        amount,
        ...change,
      },
    ]);
  return { bench, maker, taker, makerBook, takerBook, quote, take, house: bench.house };
}

const cashOf = async (bench: ClearingBench, id: bigint): Promise<bigint> => (await bench.house.book(id)).cash;

describe("Fills: trades by signed quotes", () => {
  it("moves legs and the part of the premium that belongs to the amount", async () => {
    const { bench, quote, take, makerBook, takerBook } = await parties();
    await take(quote(), 2n * OPTION);
    expect(await cashOf(bench, takerBook), "a fifth of 1,000").to.equal(99_800n * UNIT);
    expect(await cashOf(bench, makerBook), "premium less 2 bp and two tips").to.equal(
      100_200n * UNIT - 1_200_000n - 2n * UNIT,
    );
    expect(await bench.house.openInterest(bench.seriesId(CALL))).to.equal(2n * OPTION);
    const { legs } = await bench.house.book(takerBook);
    expect(legs[0]!.size).to.equal(2n * OPTION);
  });

  it("fills a four-leg condor whole or leaves nothing", async () => {
    const { bench, house, quote, take, makerBook, takerBook } = await parties();
    const condor = quote({
      legs: [
        { strike: 2600n * STRIKE, isCall: false, ratio: 1n },
        { strike: 2800n * STRIKE, isCall: false, ratio: -1n },
        { strike: 3200n * STRIKE, isCall: true, ratio: -1n },
        { strike: 3400n * STRIKE, isCall: true, ratio: 1n },
      ],
    });
    await take(condor, OPTION);
    expect((await house.book(makerBook)).legs.map((leg) => leg.size)).to.deep.equal([OPTION, -OPTION, -OPTION, OPTION]);
    expect((await house.book(takerBook)).legs.map((leg) => leg.size)).to.deep.equal([-OPTION, OPTION, OPTION, -OPTION]);

    const before = await house.book(makerBook);
    const bad = quote({
      nonce: 9n,
      legs: [...condor.legs.slice(0, 3), { strike: 3401n * STRIKE, isCall: true, ratio: 1n }],
    });
    await expect(take(bad, OPTION)).to.be.revertedWithCustomError(house, "Clearinghouse_BadStrike");
    expect(await house.book(makerBook)).to.deep.equal(before);
    expect(await house.filledAmount((await bench.signer(1)).address, 9n)).to.equal(0n);
  });

  it("rounds the premium against the taker, whichever way it goes", async () => {
    const { bench, quote, take, makerBook, takerBook } = await parties();
    const odd = quote({
      premium: 10n,
      size: 3n * OPTION,
      nonce: 1n,
      legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: -1n }],
    });
    await take(odd, OPTION);
    expect(await cashOf(bench, takerBook), "a third of 10, up").to.equal(100_000n * UNIT - 4n);
    const maker = await cashOf(bench, makerBook);
    await take(quote({ premium: -10n, size: 3n * OPTION, nonce: 2n }), OPTION);
    expect(maker - (await cashOf(bench, makerBook)), "fee and a third of 10, down").to.equal(600_000n + 3n);
  });

  it("keeps four fill amounts to a word and refuses more than is left", async () => {
    const { house, quote, take, maker } = await parties();
    await take(quote(), 9n * OPTION + 500_000n);
    await expect(take(quote(), OPTION))
      .to.be.revertedWithCustomError(house, "Clearinghouse_BadFill")
      .withArgs(OPTION, 500_000n, 500_000n);
    await take(quote(), 500_000n);
    expect(await house.filledAmount(maker.address, 5n)).to.equal(10n * OPTION);
    expect(await house.filledAmount(maker.address, 6n)).to.equal(0n);
    await take(quote({ nonce: 6n }));
  });

  it("refuses below the minimum fill, after the deadline, for another taker and outside the spot range", async () => {
    const { bench, house, quote, take } = await parties();
    await expect(take(quote(), OPTION - 1n)).to.be.revertedWithCustomError(house, "Clearinghouse_BadFill");
    await expect(take(quote({ deadline: 1n }))).to.be.revertedWithCustomError(house, "Clearinghouse_QuoteExpired");
    await expect(take(quote({ taker: bench.pot }))).to.be.revertedWithCustomError(house, "Clearinghouse_WrongTaker");
    await expect(take(quote({ spotLow: 3001n * PRICE, spotHigh: 3100n * PRICE }))).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_SpotOutOfRange",
    );
    await take(quote({ spotLow: 2900n * PRICE, spotHigh: 3100n * PRICE }));
  });

  it("refuses a signature of another person, another chain, another contract and another quote", async () => {
    const { bench, house, quote, take, taker, maker } = await parties();
    await expect(take(quote(), OPTION, {}, taker)).to.be.revertedWithCustomError(house, "Clearinghouse_BadSignature");
    const signed = await bench.sign(maker, quote());
    await expect(take(quote({ premium: 1n }), OPTION, { signature: signed })).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadSignature",
    );
    for (const change of [{ chainId: 1n }, { verifyingContract: bench.pot }, { name: "Other" }]) {
      const foreign = await bench.sign(maker, quote(), change);
      await expect(take(quote(), OPTION, { signature: foreign })).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_BadSignature",
      );
    }
  });

  it("honours cancelled nonces", async () => {
    const { house, quote, take, maker } = await parties();
    await house.connect(maker).cancelQuotes([5n]);
    await expect(take(quote())).to.be.revertedWithCustomError(house, "Clearinghouse_BadFill").withArgs(OPTION, 0n, 0n);
    await house.connect(maker).cancelBefore(8n);
    await expect(take(quote({ nonce: 7n }))).to.be.revertedWithCustomError(house, "Clearinghouse_NonceCancelled");
    await expect(house.connect(maker).cancelBefore(8n)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_NonceCancelled",
    );
    await take(quote({ nonce: 8n }));
  });

  it("lets a contract make quotes by ERC-1271", async () => {
    const { bench, house, maker, quote, take } = await parties();
    const contract = await bench.connection.ethers.deployContract("SmartMaker", [maker.address]);
    const address = await contract.getAddress();
    await house.connect(maker).fund(bench.bookId(address), 50_000n * UNIT);
    await take(quote({ maker: address }));
    expect((await house.book(bench.bookId(address))).legs.length).to.equal(1);
  });

  it("asks initial margin of both sides after everything", async () => {
    const { bench, house, maker, quote, take } = await parties();
    await house.connect(maker).fund(bench.bookId(maker.address, 1n), 100n * UNIT);
    await expect(take(quote({ makerSubId: 1n }))).to.be.revertedWithCustomError(house, "Clearinghouse_Unhealthy");
    const other = quote({ nonce: 20n, legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: 1n }], premium: -UNIT });
    const taker = await bench.signer(2);
    await house.connect(taker).fund(bench.bookId(taker.address, 7n), 100n * UNIT);
    await expect(take(other, OPTION, { takerSubId: 7n })).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unhealthy",
    );
  });

  it("does not trade a book with itself or a taker's book without the right", async () => {
    const { bench, house, maker, quote } = await parties();
    const offer = quote();
    const signature = await bench.sign(maker, offer);
    const fill = { quote: offer, signature, takerOwner: maker.address, takerSubId: 0n, amount: OPTION };
    await expect(house.connect(maker).fillQuotes([fill])).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_SameBook",
    );
    await expect(house.connect(await bench.signer(4)).fillQuotes([fill])).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    await expect(house.fillQuotes([])).to.be.revertedWithCustomError(house, "Clearinghouse_ZeroAmount");
    await expect(house.fillQuotes(Array.from({ length: 17 }, () => fill))).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_TooManyFills",
    );
  });

  it("undoes everything when one of several fills fails", async () => {
    const { bench, house, maker, taker, quote, makerBook } = await parties();
    const good = quote();
    const bad = quote({ nonce: 6n, size: 0n });
    const fill = async (offer: typeof good) => ({
      quote: offer,
      signature: await bench.sign(maker, offer),
      takerOwner: taker.address,
      takerSubId: 0n,
      amount: OPTION,
    });
    await expect(house.connect(taker).fillQuotes([await fill(good), await fill(bad)])).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_BadFill",
    );
    expect(await cashOf(bench, makerBook)).to.equal(100_000n * UNIT);
    await house.connect(taker).fillQuotes([await fill(good), await fill(quote({ nonce: 7n }))]);
    expect((await house.book(makerBook)).legs[0]!.size).to.equal(-2n * OPTION);
  });
});

describe("Fills: two expiries of a market in one call", () => {
  /** Sells an option of each expiry in one call. */
  async function soldBoth() {
    const all = await parties();
    const { bench, maker, taker, house, quote } = all;
    const later = bench.expiry + BigInt(DAY);
    await house.connect(maker).fund(bench.bookId(maker.address, 0n, bench.quoteMarket, later), 100_000n * UNIT);
    await house.connect(taker).fund(bench.bookId(taker.address, 0n, bench.quoteMarket, later), 100_000n * UNIT);
    const fill = async (offer: ReturnType<typeof quote>) => ({
      quote: offer,
      signature: await bench.sign(maker, offer),
      takerOwner: taker.address,
      takerSubId: 0n,
      amount: 10n * OPTION,
    });
    const trade = async (...offers: ReturnType<typeof quote>[]) =>
      house.connect(taker).fillQuotes(await Promise.all(offers.map(fill)));
    await trade(quote(), quote({ nonce: 6n, expiry: later }));
    return { ...all, later, trade };
  }

  it("earns the market the fees of both", async () => {
    const { bench, house } = await soldBoth();
    const fees = 2n * 6n * UNIT; // 2 bp of 30,000 dollars each
    await expect(house.moveFees(bench.quoteMarket))
      .to.emit(house, "FeesMoved")
      .withArgs((await bench.signer(0)).address, bench.quoteMarket, (fees * 3n) / 5n - 2n * UNIT); // a tip for either expiry stays
    await expect(house.connect(await bench.signer(1)).fundInsurance(bench.quoteMarket, 1n))
      .to.emit(house, "InsuranceFunded")
      .withArgs((await bench.signer(1)).address, bench.quoteMarket, 1n, 10_000_000n * UNIT + (fees * 2n) / 5n + 1n);
  });

  it("lets both settle", async () => {
    const { bench, house, later } = await soldBoth();
    for (const expiry of [bench.expiry, later]) {
      await bench.mark(expiry, 3_400);
      await bench.at(expiry + 120n);
      await house.settleExpiry(bench.quoteMarket, expiry, 0);
    }
  });

  it("does not roll open interest into another expiry where nothing may open", async () => {
    const { bench, house, quote, later, trade } = await soldBoth();
    await bench.risk.set(readingAt(3000, { mode: Mode.ReduceOnly, opens: false }));
    const back = { legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: 1n }], premium: -1_000n * UNIT };
    await expect(
      trade(quote({ ...back, nonce: 10n }), quote({ nonce: 11n, expiry: later })),
    ).to.be.revertedWithCustomError(house, "Clearinghouse_NotOpen");
    await trade(quote({ ...back, nonce: 12n }), quote({ ...back, nonce: 13n, expiry: later }));
  });
});

describe("Fills: modes", () => {
  it("closes in ReduceOnly and opens nothing", async () => {
    const { bench, house, quote, take, makerBook } = await parties();
    await take(quote(), 2n * OPTION);
    await bench.risk.set(readingAt(3000, { mode: Mode.ReduceOnly, opens: false }));
    await expect(take(quote())).to.be.revertedWithCustomError(house, "Clearinghouse_NotOpen");
    const close = quote({
      nonce: 30n,
      legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: 1n }],
      premium: -1_000n * UNIT,
    });
    await take(close, OPTION);
    expect((await house.book(makerBook)).legs[0]!.size).to.equal(-OPTION);
  });

  it("lets a book short of margin close part of its shorts, and nothing that widens its gap", async () => {
    const { bench, house, maker, quote, take } = await parties();
    const thin = bench.bookId(maker.address, 3n);
    await house.connect(maker).fund(thin, 2_000n * UNIT);
    await take(quote({ makerSubId: 3n }), OPTION);
    await bench.risk.set(readingAt(4200));
    const close = { legs: [{ strike: 3000n * STRIKE, isCall: true, ratio: 1n }], makerSubId: 3n };
    await expect(
      take(quote({ ...close, nonce: 40n, premium: -30_000n * UNIT, minimumFill: 0n }), OPTION / 2n),
    ).to.be.revertedWithCustomError(house, "Clearinghouse_Unhealthy");
    await take(quote({ ...close, nonce: 41n, premium: -7_000n * UNIT, minimumFill: 0n }), OPTION / 2n);
  });

  it("trades nothing in Halted", async () => {
    const { bench, house, quote, take } = await parties();
    await bench.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false }));
    await expect(take(quote())).to.be.revertedWithCustomError(house, "Clearinghouse_NotOpen");
  });
});
