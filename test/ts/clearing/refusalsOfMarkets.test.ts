// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { eventOf, priceAt, UNIT } from "./attackTools.ts";
import { ClearingBench, NO_FEED, OPTION, PARAMETERS, readingAt } from "./ClearingBench.ts";
import { LiquidationBench, MINUTE, SOLD } from "./LiquidationBench.ts";

const LARGEST = 2n ** 64n - 1n;
/** An account without code. */
const CODELESS = "0x00000000000000000000000000000000000000aa";

async function scene() {
  const bench = await ClearingBench.create();
  const { house } = bench;
  const given = await house.marketParams(bench.quoteMarket);
  const { collateral, kind, feed, risk, parameterSet, insurer } = given;
  const params = { collateral, kind, feed, risk, parameterSet, insurer };
  const create = async (change: object) => house.createMarket.staticCall({ ...params, ...change });
  const refused = async (call: Promise<unknown>, error: string, label = error) =>
    expect(call, label).to.be.revertedWithCustomError(house, `Clearinghouse_${error}`);
  return { bench, house, params, create, refused };
}

describe("Markets that nobody creates", () => {
  it("the same twice: whoever asks for it is told where it is", async () => {
    const { bench, house, create } = await scene();
    await expect(create({}))
      .to.be.revertedWithCustomError(house, "Clearinghouse_MarketExists")
      .withArgs(bench.quoteHash, bench.quoteMarket);
  });

  it("of parts that are not on the lists, or insured by nobody", async () => {
    const { create, refused } = await scene();
    for (const change of [{ risk: CODELESS }, { feed: 1n }, { parameterSet: 2n }, { collateral: CODELESS }])
      await refused(create(change), "NotEnabled", Object.keys(change)[0]);
    await refused(create({ insurer: ZeroAddress }), "ZeroAddress");
  });

  it("of parts that governance cannot list: no code, no token, a feed that does not exist", async () => {
    const { bench, house, refused } = await scene();
    const feeds = await bench.marks.feedCount();
    await refused(house.enableRisk.staticCall(CODELESS), "ZeroAddress", "risk");
    await refused(house.enableFeed.staticCall(feeds), "NotEnabled", "feed");
    await refused(house.enableCollateral.staticCall(ZeroAddress, NO_FEED), "ZeroAddress", "collateral");
    await refused(house.enableCollateral.staticCall(bench.dollar, feeds), "NotEnabled", "the collateral's own feed");
    expect(await house.collateralFeed(CODELESS)).to.deep.equal([false, NO_FEED]);
    await house.enableCollateral(CODELESS, 0n);
    expect(await house.collateralFeed(CODELESS)).to.deep.equal([true, 0n]);
  });
});

describe("A Clearinghouse that nobody deploys", () => {
  it("is one without an oracle, a pot for rewards, or a module", async () => {
    const { bench, house, refused } = await scene();
    const { ethers } = bench.connection;
    const libraries = { SeriesNames: await (await ethers.deployContract("SeriesNames")).getAddress() };
    const factory = await ethers.getContractFactory("Clearinghouse", { libraries });
    const modules = {
      books: await house.bookModule(),
      moves: await house.moveModule(),
      fills: await house.fillModule(),
      settlement: await house.settlementModule(),
      liquidation: await house.liquidationModule(),
    };
    const oracle = await bench.marks.getAddress();
    const deploy = async (by: string, pot: string, changed: object) =>
      factory.deploy(by, pot, CODELESS, { ...modules, ...changed });
    await refused(deploy(ZeroAddress, bench.pot, {}), "ZeroAddress", "oracle");
    await refused(deploy(oracle, ZeroAddress, {}), "ZeroAddress", "pot");
    for (const name of Object.keys(modules))
      await refused(deploy(oracle, bench.pot, { [name]: CODELESS }), "ZeroAddress", name);
  });
});

describe("Amounts that do not fit where they are kept", () => {
  it("insurance, tranches and fees on top of 64 bits, deposits beyond 80", async () => {
    const { bench, house, refused } = await scene();
    const market = bench.quoteMarket;
    const rich = await bench.account(4, Number(LARGEST / UNIT) * 4, 0);
    const theirs = house.connect(rich);
    await theirs.fundInsurance(market, LARGEST);
    await theirs.lockTranche(market, LARGEST);
    await refused(theirs.fundInsurance.staticCall(market, 1n), "AmountTooLarge", "insurance");
    await refused(theirs.lockTranche.staticCall(market, 1n), "AmountTooLarge", "tranche");
    await refused(theirs.deposit.staticCall(bench.dollar, 2n ** 80n, rich.address), "AmountTooLarge", "deposit");
    const book = bench.bookId(rich.address);
    await theirs.fund(book, 10_000n * UNIT);
    const call = { strike: 3_000, isCall: true, size: 1 };
    await refused(theirs.mint.staticCall(book, bench.legs(call), rich.address), "AmountTooLarge", "a fee on top");
  });

  it("a penalty's half that the insurance cannot hold, which stays with the book", async () => {
    const bench = await LiquidationBench.create();
    const { clearing, house } = bench;
    const book = await bench.open([SOLD], 12_000);
    await bench.tell(3_600);
    await bench.flag(book);
    await bench.wait(3_600, 5n * MINUTE);
    const { insurance } = await house.marketState(clearing.quoteMarket);
    const rich = await clearing.account(4, Number(LARGEST / UNIT) * 2, 0);
    await house.connect(rich).fundInsurance(clearing.quoteMarket, LARGEST - insurance - 7n);
    const before = (await house.book(book)).cash;
    const told = await eventOf(clearing, bench.bid(book, await bench.bidderBook()), "BidFilled");
    const [paid, toFlagger] = [told.paid as bigint, told.toFlagger as bigint];
    expect(told.toInsurance).to.equal(7n);
    expect(toFlagger > 7n, "the other half is whole").to.equal(true);
    expect((await house.book(book)).cash).to.equal(before - paid - toFlagger - 7n);
  });

  it("redeemed options beyond 64 bits", async () => {
    const { bench, house, refused } = await scene();
    await bench.insure(100_000);
    const writer = await bench.account(1);
    const call = { strike: 3_000, isCall: true, size: 1 };
    await house.connect(writer).fund(bench.bookId(writer.address), 10_000n * UNIT);
    await house.connect(writer).mint(bench.bookId(writer.address), bench.legs(call), writer.address);
    await refused(house.redeem.staticCall(bench.seriesId(call), 1n), "WrongPhase", "before there is a price");
    await priceAt(bench, 3_000);
    await refused(house.redeem.staticCall(bench.seriesId(call), LARGEST + 1n), "AmountTooLarge");
  });

  it("more notional than the account of a market holds", async () => {
    const { bench, house } = await scene();
    await bench.insure(10 ** 12);
    const writer = await bench.account(1, 10 ** 11, 0);
    const book = bench.bookId(writer.address);
    await house.connect(writer).fund(book, 10n ** 11n * UNIT);
    const call = { strike: 3_000, isCall: true, size: 10 ** 9 };
    await expect(house.connect(writer).mint(book, bench.legs(call), writer.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_CapReached")
      .withArgs(bench.quoteMarket, bench.expiry, 3n * 10n ** 14n, 2n ** 48n - 1n);
  });

  it("more notional than all markets together may have", async () => {
    const { bench, house } = await scene();
    await bench.insure(100_000);
    const insurer = await bench.account(19, 0, 1_000);
    await house.connect(insurer).fundInsurance(bench.coinMarket, 100n * 10n ** 9n);
    const writer = await bench.account(1);
    const theirs = house.connect(writer);
    const call = { strike: 3_000, isCall: true, size: 1 };
    const [first, second] = [bench.bookId(writer.address), bench.bookId(writer.address, 0n, bench.coinMarket)];
    await theirs.fund(first, 10_000n * UNIT);
    await theirs.fund(second, 10n * 10n ** 9n);
    await bench.risk.set(readingAt(3_000, { notionalCap: 500_000n }));
    await theirs.mint(first, bench.legs(call), writer.address);
    await expect(theirs.mint(second, bench.legs(call), writer.address), "6,000 of 5,000 dollars")
      .to.be.revertedWithCustomError(house, "Clearinghouse_CapReached")
      .withArgs(0n, 0n, 600_000n, 500_000n);
  });

  it("a token of which nothing arrives", async () => {
    const { bench, house, params } = await scene();
    const token = await bench.connection.ethers.deployContract("OddToken", [6]);
    const address = await token.getAddress();
    await house.enableCollateral(address, NO_FEED);
    await house.createMarket({ ...params, collateral: address });
    const user = await bench.signer(5);
    await token.getFunction("mint")(user.address, UNIT);
    await token.connect(user).getFunction("approve")(house, UNIT);
    await token.getFunction("setFee")(10_000n);
    await expect(house.connect(user).deposit(address, UNIT, user.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_NothingArrived")
      .withArgs(address, UNIT, 0n);
  });

  it("open interest beyond 64 bits, and strikes beyond the list's reach", async () => {
    const { bench, house, params, create } = await scene();
    await house.enableParameters({ ...PARAMETERS, strikeStep: 1n });
    const parameterSet = 2n;
    const market = await create({ parameterSet });
    await house.createMarket({ ...params, parameterSet });
    const writer = await bench.account(1);
    const id = bench.bookId(writer.address, 0n, market);
    const theirs = house.connect(writer);
    const leg = { strike: 3_000n * 10_000n, isCall: true, size: LARGEST };
    await expect(theirs.mint.staticCall(id, [leg, { ...leg, size: OPTION }], writer.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_InterestOverflow")
      .withArgs(market, bench.expiry, leg.strike, LARGEST);
    await expect(theirs.mint.staticCall(id, [{ ...leg, strike: 2n ** 33n }], writer.address))
      .to.be.revertedWithCustomError(house, "Clearinghouse_StrikeOutOfReach")
      .withArgs(2n ** 33n, 2n ** 33n - 1n);
  });
});
