// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { fillOf, HOUR, priceAt, quoteOf, UNIT } from "./attackTools.ts";
import { DAY, Failure, Mode, OPTION, readingAt } from "./ClearingBench.ts";
import { LiquidationBench, ONE, SOLD } from "./LiquidationBench.ts";

const CALL = { strike: 3_000, isCall: true, size: 1 };
const NO_MARKET = 9n;

/** A writer with a book of ten sold calls and 12,000 dollars, and whatever may be asked about a book, tried without effect. */
async function scene() {
  const bench = await LiquidationBench.create();
  const { clearing, writer, bidder } = bench;
  const book = await bench.open([SOLD], 12_000);
  const house = bench.house.connect(writer);
  const refused = async (call: Promise<unknown>, error: string, label = error) =>
    expect(call, label).to.be.revertedWithCustomError(house, `Clearinghouse_${error}`);
  /** Calls about a book by somebody who has every right to it. */
  const about = (id: bigint, by = writer) => {
    const asked = bench.house.connect(by);
    const series = clearing.seriesId(CALL, (id >> 64n) & 0xffff_ffffn, (id >> 32n) & 0xffff_ffffn);
    const into = clearing.bookId(bidder.address, 5n);
    return {
      fund: async () => asked.fund.staticCall(id, 1n),
      defund: async () => asked.defund.staticCall(id, 1n, writer.address),
      mint: async () => asked.mint.staticCall(id, clearing.legs(CALL), writer.address),
      burn: async () => asked.burn.staticCall(id, clearing.legs(CALL)),
      depositLong: async () => asked.depositLong.staticCall(id, series, 1n),
      withdrawLong: async () => asked.withdrawLong.staticCall(id, series, 1n, writer.address),
      transferBook: async () => asked.transferBook.staticCall(id, writer.address, 7n),
      splitBook: async () => asked.splitBook.staticCall(id, writer.address, 1n, 2n),
      flag: async () => asked.flag.staticCall(id),
      unflag: async () => asked.unflag.staticCall(id),
      bid: async () => bench.house.connect(bidder).bid.staticCall(id, into, ONE, 0n),
      absorb: async () => asked.absorb.staticCall(id),
    };
  };
  const fill = async (change: object, amount = OPTION) => {
    const quote = quoteOf(clearing, bidder.address, [{ ...CALL, size: -1 }], change);
    return house.fillQuotes.staticCall([await fillOf(clearing, bidder, writer.address, quote, amount)]);
  };
  return { bench, clearing, writer, bidder, book, house, refused, about, fill };
}

describe("What every call of the Clearinghouse refuses", () => {
  it("markets that do not exist", async () => {
    const { clearing, writer, house, refused, about, fill } = await scene();
    const none = clearing.bookId(writer.address, 0n, NO_MARKET);
    for (const [name, call] of Object.entries(about(none))) await refused(call(), "UnknownMarket", name);
    const past = clearing.expiry - 10n * BigInt(DAY);
    const others = {
      fillQuotes: async () => fill({ marketHash: ZeroHash }),
      settleExpiry: async () => house.settleExpiry.staticCall(NO_MARKET, past, 0),
      settleBooks: async () => house.settleBooks.staticCall([none]),
      redeem: async () => house.redeem.staticCall(clearing.seriesId(CALL, NO_MARKET), 1n),
      post: async () => house.postSettlementPrice.staticCall(NO_MARKET, past, 1n, 1, [], []),
      challenge: async () => house.challengeSettlementPrice.staticCall(NO_MARKET, past),
      lockTranche: async () => house.lockTranche.staticCall(NO_MARKET, 1n),
      fundInsurance: async () => house.fundInsurance.staticCall(NO_MARKET, 1n),
      moveFees: async () => house.moveFees.staticCall(NO_MARKET),
      sunset: async () => house.sunset.staticCall(NO_MARKET),
      marketParams: async () => house.marketParams(NO_MARKET),
      parametersOf: async () => house.parametersOf(NO_MARKET),
      marketIndex: async () => house.marketIndex(ZeroHash),
    };
    for (const [name, call] of Object.entries(others)) await refused(call(), "UnknownMarket", name);
  });

  it("expiries that are no day's 08:00 UTC", async () => {
    const { clearing, writer, house, refused, about, fill } = await scene();
    const off = clearing.expiry + 1n;
    const book = clearing.bookId(writer.address, 0n, clearing.quoteMarket, off);
    for (const [name, call] of Object.entries(about(book))) await refused(call(), "BadExpiry", name);
    const past = off - 10n * BigInt(DAY);
    const market = clearing.quoteMarket;
    await refused(fill({ expiry: off }), "BadExpiry");
    await refused(house.settleExpiry.staticCall(market, past, 0), "BadExpiry");
    await refused(house.postSettlementPrice.staticCall(market, past, 1n, 1, [], []), "BadExpiry");
    await refused(house.challengeSettlementPrice.staticCall(market, past), "BadExpiry");
  });

  it("legs that move from the expiry on", async () => {
    const { bench, clearing, book, refused, about, fill } = await scene();
    await bench.tell(3_600);
    await bench.flag(book);
    await clearing.at(clearing.expiry);
    const calls = about(book);
    for (const name of [
      "mint",
      "burn",
      "depositLong",
      "withdrawLong",
      "transferBook",
      "flag",
      "unflag",
      "bid",
      "absorb",
    ] as const)
      await refused(calls[name](), "Expired", name);
    await refused(fill({}), "Expired", "fillQuotes");
  });

  it("people without the right", async () => {
    const { bench, clearing, writer, bidder, book, house, refused, about } = await scene();
    const stranger = await clearing.signer(7);
    const calls = about(book, stranger);
    for (const name of ["defund", "mint", "burn", "depositLong", "withdrawLong", "transferBook", "splitBook"] as const)
      await refused(calls[name](), "Unauthorized", name);
    const theirs = bench.house.connect(stranger);
    const into = clearing.bookId(bidder.address);
    await refused(theirs.bid.staticCall(book, into, ONE, 0n), "Unauthorized", "into another's book");
    await refused(theirs.releaseTranche.staticCall(clearing.quoteMarket, 1n), "Unauthorized", "another's tranche");
    await refused(house.transferBook.staticCall(book, stranger.address, 0), "Unauthorized", "who did not ask for it");
    await refused(house.splitBook.staticCall(book, stranger.address, 1, 2), "Unauthorized", "who did not ask for it");
    await house.setManager(stranger.address, 1n);
    await refused(theirs.defund.staticCall(book, 1n, writer.address), "Unauthorized", "a manager of trades alone");
  });

  it("nothing", async () => {
    const { clearing, writer, book, house, refused, fill } = await scene();
    const [market, dollar, to] = [clearing.quoteMarket, clearing.dollar, writer.address];
    const none = { strike: 3_000, isCall: true, size: 0 };
    const calls = {
      deposit: async () => house.deposit.staticCall(dollar, 0n, to),
      withdraw: async () => house.withdraw.staticCall(dollar, 0n, to),
      withdrawFor: async () => house.withdrawFor.staticCall(dollar),
      fund: async () => house.fund.staticCall(book, 0n),
      defund: async () => house.defund.staticCall(book, 0n, to),
      mint: async () => house.mint.staticCall(book, clearing.legs(none), to),
      fundInsurance: async () => house.fundInsurance.staticCall(market, 0n),
      lockTranche: async () => house.lockTranche.staticCall(market, 0n),
      fillQuotes: async () => fill({ legs: [{ strike: 3_000n * 10_000n, isCall: true, ratio: 0n }] }),
    };
    for (const [name, call] of Object.entries(calls)) await refused(call(), "ZeroAmount", name);
    const long = clearing.seriesId(CALL);
    await refused(house.depositLong.staticCall(book, long, 0n), "BadSize", "depositLong");
    await refused(house.withdrawLong.staticCall(book, long, 0n, to), "BadSize", "withdrawLong");
    await refused(house.burn.staticCall(book, clearing.legs(none)), "NothingToClose", "burn");
  });

  it("nobody", async () => {
    const { clearing, book, house, refused } = await scene();
    const dollar = await clearing.dollar.getAddress();
    const calls = {
      deposit: async () => house.deposit.staticCall(dollar, 1n, ZeroAddress),
      depositWithPermit: async () =>
        house.depositWithPermit.staticCall(dollar, 1n, ZeroAddress, 0, 0, ZeroHash, ZeroHash),
      withdraw: async () => house.withdraw.staticCall(dollar, 1n, ZeroAddress),
      "withdraw to itself": async () => house.withdraw.staticCall(dollar, 1n, house),
      defund: async () => house.defund.staticCall(book, 1n, ZeroAddress),
      setManager: async () => house.setManager.staticCall(ZeroAddress, 1n),
    };
    for (const [name, call] of Object.entries(calls)) await refused(call(), "ZeroAddress", name);
  });

  it("tokens that nobody listed", async () => {
    const { writer, house, refused } = await scene();
    const token = house.target;
    const calls = {
      deposit: async () => house.deposit.staticCall(token, 1n, writer.address),
      depositWithPermit: async () =>
        house.depositWithPermit.staticCall(token, 1n, writer.address, 0, 0, ZeroHash, ZeroHash),
      withdraw: async () => house.withdraw.staticCall(token, 1n, writer.address),
      withdrawFor: async () => house.withdrawFor.staticCall(token),
      freeBalance: async () => house.freeBalance(writer.address, token),
      owed: async () => house.owed(token),
    };
    for (const [name, call] of Object.entries(calls)) await refused(call(), "UnknownToken", name);
  });

  it("more than there is", async () => {
    const { clearing, writer, book, house, refused, fill } = await scene();
    const [much, market] = [10n ** 15n, clearing.quoteMarket];
    const empty = clearing.bookId(writer.address, 8n);
    const balances = {
      withdraw: async () => house.withdraw.staticCall(clearing.dollar, much, writer.address),
      fund: async () => house.fund.staticCall(book, much),
      fundInsurance: async () => house.fundInsurance.staticCall(market, much),
      lockTranche: async () => house.lockTranche.staticCall(market, much),
    };
    for (const [name, call] of Object.entries(balances)) await refused(call(), "InsufficientBalance", name);
    await refused(house.defund.staticCall(book, much, writer.address), "InsufficientCash", "defund");
    await refused(
      house.mint.staticCall(empty, clearing.legs(CALL), writer.address),
      "InsufficientCash",
      "fee and tips",
    );
    await refused(fill({ premium: much }), "InsufficientCash", "premium");
    await refused(house.burn.staticCall(book, clearing.legs({ ...CALL, size: 11 })), "NothingToClose", "burn");
  });

  it("longs of another book's series", async () => {
    const { clearing, writer, book, house, refused } = await scene();
    const strangers = [
      clearing.seriesId(CALL, clearing.coinMarket),
      clearing.seriesId(CALL, clearing.quoteMarket, clearing.expiry + BigInt(DAY)),
      clearing.seriesId(CALL) | (1n << 200n),
    ];
    for (const series of strangers) {
      await refused(house.depositLong.staticCall(book, series, OPTION), "WrongSeries", "deposit");
      await refused(house.withdrawLong.staticCall(book, series, OPTION, writer.address), "WrongSeries", "withdraw");
    }
  });

  it("to give a long out that margin rests on", async () => {
    const { bench, clearing, writer, house, refused } = await scene();
    const long = { strike: 3_200, isCall: true, size: -10 };
    const spread = await bench.open([SOLD, long], 12_000, 1n);
    await house.defund(spread, 9_000n * UNIT, writer.address); // the spread loses 2,000 at most
    const out = async () => house.withdrawLong.staticCall(spread, clearing.seriesId(long), OPTION, writer.address);
    await refused(out(), "Unhealthy");
    await house.fund(spread, 40_000n * UNIT);
    await out();
  });

  it("in a fill what mint refuses: less than the minimum size, and dust", async () => {
    const { bench, refused, fill } = await scene();
    await bench.bidderBook(200_000);
    const offered = { premium: 0n, size: OPTION };
    await refused(fill(offered, 999n), "BadSize");
    await refused(fill(offered, 1_000n), "Dust");
    await fill(offered, OPTION);
  });

  it("to go on with a liquidation without a price", async () => {
    const { bench, clearing, book, refused, about } = await scene();
    await bench.tell(3_600);
    await bench.flag(book);
    await clearing.risk.fail(Failure.Reverts);
    const calls = about(book);
    for (const name of ["flag", "unflag", "bid", "absorb"] as const)
      await refused(calls[name](), "NoLiquidation", name);
  });

  it("a bid without the tips that whoever takes shorts over sets aside", async () => {
    const { bench, clearing, bidder, refused } = await scene();
    const far = await bench.open([{ strike: 7_000, isCall: true, size: 10 }], 3_700, 1n);
    await clearing.at(clearing.expiry - HOUR);
    await bench.tell(4_200);
    await bench.flag(far);
    // A hundredth of calls so far from the money is paid with less than two dollars in their last hour.
    const empty = clearing.bookId(bidder.address, 3n);
    await refused(bench.bid(far, empty, ONE / 100n), "InsufficientCash");
    await bench.bid(far, await bench.bidderBook(100), ONE / 100n);
  });

  it("of a book that is not flagged what ends a liquidation, and of one that is what it may not give out", async () => {
    const { bench, book, refused, about, fill } = await scene();
    const calls = about(book);
    for (const name of ["unflag", "bid", "absorb"] as const) await refused(calls[name](), "WrongState", name);
    await bench.tell(3_600);
    await bench.flag(book);
    for (const name of ["defund", "mint", "depositLong", "withdrawLong", "transferBook"] as const)
      await refused(calls[name](), "WrongState", name);
    await refused(fill({}), "WrongState", "fillQuotes");
  });

  it("into a flagged book what a bid takes of another, and of a settled book a split", async () => {
    const { bench, clearing, writer, book, house, refused } = await scene();
    const second = await bench.open([SOLD], 12_000, 1n);
    await bench.tell(3_600);
    for (const id of [book, second]) await bench.flag(id);
    await refused(house.bid.staticCall(book, second, ONE, 0n), "WrongState", "into a flagged one");
    await priceAt(clearing, 3_600);
    await house.settleBooks([book]);
    await refused(house.splitBook.staticCall(book, writer.address, 1, 2), "WrongState", "a settled one");
  });

  it("with too little gas to ask the risk contract, so that nobody starves it into failing", async () => {
    const { bench, clearing, writer, book, house, refused } = await scene();
    const gas = { gasLimit: 300_000 };
    const into = clearing.bookId(bench.bidder.address, 5n);
    const short = await fillOf(clearing, bench.bidder, writer.address, quoteOf(clearing, bench.bidder.address, [CALL]));
    const calls = {
      defund: async () => house.defund.staticCall(book, 1_000n * UNIT, writer.address, gas),
      mint: async () => house.mint.staticCall(book, clearing.legs(CALL), writer.address, gas),
      fillQuotes: async () => house.fillQuotes.staticCall([short], gas),
      flag: async () => house.flag.staticCall(book, gas),
    };
    for (const [name, call] of Object.entries(calls)) await refused(call(), "GasStarved", name);
    await bench.tell(3_600);
    await bench.flag(book);
    const flagged = {
      unflag: async () => house.unflag.staticCall(book, gas),
      absorb: async () => house.absorb.staticCall(book, gas),
      bid: async () => bench.house.connect(bench.bidder).bid.staticCall(book, into, ONE, 0n, gas),
    };
    for (const [name, call] of Object.entries(flagged)) await refused(call(), "GasStarved", name);
  });

  it("to raise a requirement by a trade where nothing may open, though open interest stays", async () => {
    const { bench, clearing, writer, bidder, book, house, refused } = await scene();
    const theirs = await bench.bidderBook(100_000);
    await clearing.risk.set(readingAt(3_000, { mode: Mode.ReduceOnly, opens: false }));
    // The bidder offers to take shorts over from the writer, who may rid himself of them; the bidder may not take them.
    const quote = quoteOf(clearing, bidder.address, [{ ...CALL, size: -1 }], { premium: 1_000n * UNIT, size: OPTION });
    const filling = house.fillQuotes.staticCall([await fillOf(clearing, bidder, writer.address, quote)]);
    await refused(filling, "RaisesRequirement");
    expect((await house.book(theirs)).legs, "the bidder has none").to.have.length(0);
    expect((await house.book(book)).legs).to.have.length(1);
  });
});
