// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet } from "ethers";

import { FlashLiquidator__factory } from "../../../typechain-types/factories/periphery/FlashLiquidator__factory.ts";
import type { FlashLiquidator } from "../../../typechain-types/periphery/FlashLiquidator.ts";
import { fillOf, quoteOf, UNIT } from "../clearing/attackTools.ts";
import { ClearingBench, gasOf, OPTION, readingAt } from "../clearing/ClearingBench.ts";
import { isCounting } from "../isCounting.ts";

const SHORT = { strike: 3000, isCall: true, size: 10 };
const ONE = 10n ** 18n;
const CAPITAL = 10_000n * UNIT;
const BID_TIME = 1_000n;
/** More than what time value, and with it the payment, loses in the few seconds of a test. */
const MOMENT = 5_000n;

type Account = Awaited<ReturnType<ClearingBench["signer"]>>;

describe("Flash liquidator", () => {
  let bench: ClearingBench;
  let flash: FlashLiquidator;
  let liquidator: Account;
  let maker: Account;
  let book: bigint;

  /** Price of a minute ago and now, and bid seconds since the flag. */
  const tell = async (price: number, elapsed = 0n): Promise<void> => {
    const reading = readingAt(price, { lossShareBps: 0n });
    await bench.risk.set(reading);
    await bench.risk.setLiquidation({
      allowed: 3n,
      isPrimary: true,
      bidTime: BID_TIME + elapsed,
      earlierPrice: reading.price,
      earlierLow: reading.low,
      earlierHigh: reading.high,
    });
  };

  beforeEach(async () => {
    bench = await ClearingBench.create();
    await bench.insure(250_000);
    await tell(3_000);
    const writer = await bench.account(1);
    maker = await bench.account(2);
    liquidator = await bench.signer(3);
    flash = await new FlashLiquidator__factory(liquidator).deploy(bench.house);
    await bench.dollar.mint(liquidator.address, 100_000n * UNIT);
    await bench.dollar.connect(liquidator).approve(flash, 2n ** 255n);
    book = bench.bookId(writer.address);
    await bench.house.connect(writer).fund(book, 12_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs(SHORT), writer.address);
    await bench.house.connect(maker).fund(bench.bookId(maker.address), 31_000n * UNIT);
    await tell(3_600);
    await bench.house.flag(book);
    await tell(3_600, 1_200n);
  });

  /** The maker sells `options` calls at 800 dollars. */
  const fills = async (options = 10, change: object = {}) => {
    const quote = quoteOf(bench, maker.address, [{ ...SHORT, size: -1 }], { premium: 8_000n * UNIT, ...change });
    // Whose book it goes into is not the caller's to say.
    return [await fillOf(bench, maker, Wallet.createRandom().address, quote, BigInt(options) * OPTION, 77n)];
  };
  const plan = async (change: object = {}) => ({
    id: book,
    share: ONE,
    minimumPayment: 0n,
    capital: CAPITAL,
    minimumProfit: 3_000n * UNIT,
    fills: await fills(),
    ...change,
  });
  const dollars = async (owner: string): Promise<bigint> => bench.dollar.balanceOf(owner);
  const liquidationOf = async (change: object = {}) => flash.liquidate(await plan(change));

  it("takes a flagged book, closes it against a quote and pays capital and profit, in one transaction", async () => {
    const before = await dollars(liquidator.address);
    const { payment } = await bench.house.auction(book);
    const gas = await gasOf(liquidationOf());
    const gained = (await dollars(liquidator.address)) - before;
    expect(gained, "the auction's payment less the maker's premium").to.be.closeTo(payment - 8_000n * UNIT, MOMENT);
    expect((await bench.house.book(book)).legs.length, "nothing is left of the book").to.equal(0);
    if (!isCounting) expect(gas, "measured 362,000").to.be.below(420_000);
  });

  it("keeps nothing: no tokens, no balance, no legs, no approval, no rights", async () => {
    const own = await flash.nextBook(bench.quoteMarket, bench.expiry);
    await liquidationOf();
    const [house, address] = [await bench.house.getAddress(), await flash.getAddress()];
    expect(await dollars(address)).to.equal(0n);
    expect(await bench.house.freeBalance(address, bench.dollar)).to.equal(0n);
    expect(await bench.dollar.allowance(address, house)).to.equal(0n);
    const { cash, tips, legs } = await bench.house.book(own);
    expect([cash, tips, legs.length]).to.deep.equal([0n, 0n, 0]);
    expect(await bench.house.managerRights(address, liquidator.address)).to.equal(0n);
    expect(await flash.nextBook(bench.quoteMarket, bench.expiry), "a fresh one next").to.equal(own + 1n);
  });

  it("is blocked by nothing that strangers send it: cash, longs, deposits, tokens", async () => {
    const stranger = await bench.account(5);
    const house = bench.house.connect(stranger);
    const address = await flash.getAddress();
    const own = await flash.nextBook(bench.quoteMarket, bench.expiry);
    await house.fund(own, 100n * UNIT);
    await house.fund(own - 1n, 100n * UNIT);
    await bench.dollar.mint(address, 55n * UNIT);
    await bench.dollar.mint(stranger.address, 44n * UNIT);
    await bench.dollar.connect(stranger).approve(bench.house, 44n * UNIT);
    await house.deposit(bench.dollar, 44n * UNIT, address);
    const writer = await bench.signer(1);
    await bench.house.connect(writer).transfer(address, bench.seriesId(SHORT), OPTION);
    const before = await dollars(liquidator.address);
    const { payment } = await bench.house.auction(book);

    await liquidationOf();

    const gained = (await dollars(liquidator.address)) - before;
    expect(gained, "cash in his very book is a gift to him").to.be.closeTo(payment - 7_900n * UNIT, MOMENT);
    expect(await bench.house.freeBalance(address, bench.dollar), "the rest stays where it is").to.equal(44n * UNIT);
    expect(await dollars(address)).to.equal(55n * UNIT);
  });

  it("a maker who drained his balance costs the caller gas alone", async () => {
    const offers = await fills();
    const drained = bench.house.connect(maker);
    await drained.defund(bench.bookId(maker.address), 30_900n * UNIT, maker.address);
    const before = await dollars(liquidator.address);
    await expect(liquidationOf({ fills: offers })).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_Unhealthy",
    );
    expect(await dollars(liquidator.address)).to.equal(before);
    expect((await bench.house.book(book)).legs.length, "still to be taken").to.equal(1);
  });

  it("leaves no legs behind, on either side", async () => {
    await expect(liquidationOf({ fills: await fills(9) })).to.be.revertedWithCustomError(
      flash,
      "FlashLiquidator_LegsLeft",
    );
    await expect(liquidationOf({ fills: [] })).to.be.revertedWithCustomError(flash, "FlashLiquidator_LegsLeft");
    await expect(liquidationOf({ fills: await fills(10), share: ONE / 2n })).to.be.revertedWithCustomError(
      flash,
      "FlashLiquidator_LegsLeft",
    );
  });

  it("takes part of a book when that is what was asked for", async () => {
    await liquidationOf({ share: ONE / 2n, fills: await fills(5), minimumProfit: 0n });
    expect((await bench.house.book(book)).legs[0]!.size).to.equal(-5n * OPTION);
  });

  it("undoes everything for less than the least profit, or the least payment", async () => {
    const { payment } = await bench.house.auction(book);
    const profit = payment - 8_000n * UNIT;
    await expect(liquidationOf({ minimumProfit: profit + MOMENT })).to.be.revertedWithCustomError(
      flash,
      "FlashLiquidator_ProfitTooSmall",
    );
    await expect(liquidationOf({ minimumPayment: payment + MOMENT })).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_PaymentTooSmall",
    );
    await liquidationOf({ minimumProfit: profit - MOMENT, minimumPayment: payment - MOMENT });
  });

  it("spends the caller's tokens alone, whoever approved it", async () => {
    const thief = await bench.signer(6);
    await expect(flash.connect(thief).liquidate(await plan())).to.be.revertedWithCustomError(
      bench.dollar,
      "ERC20InsufficientAllowance",
    );
    await expect(liquidationOf({ capital: 0n }), "without capital the margin is missing").to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_Unhealthy",
    );
  });

  it("refuses quotes of other markets and expiries, which would leave something in another book", async () => {
    for (const change of [{ marketHash: bench.coinHash }, { expiry: bench.expiry + 86_400n }]) {
      const offers = await fills(10, change);
      await expect(liquidationOf({ fills: offers }))
        .to.be.revertedWithCustomError(flash, "FlashLiquidator_WrongQuote")
        .withArgs(0n);
    }
  });
});
