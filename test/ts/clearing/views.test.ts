// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { calculateMarks, calculateRequirement, maximumLossUp } from "../../../scripts/model/clearing/margin.ts";
import type { Scenario } from "../../../scripts/model/clearing/types.ts";
import { ClearingBench, DAY, Failure, Mode, NO_FEED, OPTION, readingAt } from "./ClearingBench.ts";
import { heldBook, mirroredScenarios, modelLegs, randomReading, termsOf } from "./heldBook.ts";
import { RandomBooks } from "./randomBooks.ts";

const UNIT = 10n ** 6n;
const CALL = { strike: 3000, isCall: true, size: 1 };
const PUT = { strike: 3000, isCall: false, size: 1 };

describe("Views: requirement", () => {
  for (const kind of ["quote", "coin"] as const) {
    it(`says what the mirror says, with what it was computed from (${kind} market)`, async () => {
      const bench = await ClearingBench.create();
      const books = new RandomBooks(kind === "quote" ? 301 : 302);
      const market = kind === "quote" ? bench.quoteMarket : bench.coinMarket;
      const terms = termsOf(kind);
      for (let book = 0; book < 150; ++book) {
        const reading = randomReading(books);
        await bench.risk.set(reading);
        const legs = heldBook(books, reading.price);
        const told = await bench.house.requirementOf(market, bench.expiry, legs);
        const { initial, maintenance } = mirroredScenarios(kind, reading, told.secondsLeft);
        const label = `book ${book}`;
        for (const [name, given, mirrored] of [
          ["initial", told.initialScenario, initial],
          ["maintenance", told.maintenanceScenario, maintenance],
        ] as const) {
          for (const field of Object.keys(mirrored) as (keyof Scenario)[]) {
            expect(given[field], `${label}: ${name} ${field}`).to.equal(mirrored[field]);
          }
        }
        const held = modelLegs(legs);
        for (const [name, given, scenario] of [
          ["IM", told.initial, initial],
          ["MM", told.maintenance, maintenance],
        ] as const) {
          const { cost, maximumLoss, amount } = calculateRequirement(held, terms, scenario);
          expect([given.cost, given.maximumLoss, given.amount], `${label}: ${name}`).to.deep.equal([
            cost,
            maximumLoss,
            amount,
          ]);
        }
        const marks = calculateMarks(held, terms, reading.price, maintenance.timeValue);
        expect([told.marks.full, told.marks.half], `${label}: marks`).to.deep.equal([marks.full, marks.half]);
        expect(told.hasPrice).to.equal(true);
        expect(told.terms.capBps).to.equal(terms.capBps);
      }
    });
  }

  it("is maximum loss for both margins while a risk contract fails, and nothing reverts", async () => {
    const { bench, book } = await written(10_000);
    const legs = modelLegs((await bench.house.book(book)).legs);
    const maximumLoss = maximumLossUp(legs, termsOf("quote"));
    const { cash } = await bench.house.book(book);
    for (const [name, failure] of Object.entries(Failure)) {
      if (failure === Failure.None) continue;
      await bench.risk.fail(failure);
      const told = await bench.house.requirement(book);
      expect(told.hasPrice, name).to.equal(false);
      expect(told.reading.mode, name).to.equal(Mode.Halted);
      expect([told.initial.amount, told.maintenance.amount, told.marks.full], name).to.deep.equal(
        Array.from({ length: 3 }, () => maximumLoss),
      );
      expect(await bench.house.maxLoss(book), name).to.equal(maximumLoss);
      expect(await bench.house.equity(book), name).to.equal(cash - maximumLoss);
    }
  });

  it("knows the mode only in initial margin (law 2)", async () => {
    const { bench, book } = await written(10_000);
    const calm = await bench.house.requirement(book);
    await bench.risk.set(readingAt(3000, { mode: Mode.Cautious, multiplierBps: 12_500n, addOnBps: 300n }));
    const tight = await bench.house.requirement(book);
    expect(tight.initial.amount > calm.initial.amount).to.equal(true);
    expect(tight.maintenance.amount <= calm.maintenance.amount, "only time passed").to.equal(true);
  });

  it("asks nothing of the risk contract from the expiry on, and counts what is owed once it is priced", async () => {
    const { bench, book } = await written(10_000);
    const { cash } = await bench.house.book(book);
    await bench.at(bench.expiry);
    const frozen = await bench.house.requirement(book);
    expect([frozen.hasPrice, frozen.secondsLeft, frozen.reading.price]).to.deep.equal([false, 0n, 0n]);
    expect(frozen.marks.full).to.equal(frozen.initial.maximumLoss);

    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const priced = await bench.house.requirement(book);
    expect(priced.settledPrice).to.equal(3_400n * 10n ** 8n);
    expect(priced.marks.full, "one call 400 in the money").to.equal(400n * UNIT);
    expect(await bench.house.equity(book)).to.equal(cash - 400n * UNIT);

    await bench.house.settleBooks([book]);
    expect((await bench.house.requirement(book)).marks.full).to.equal(0n);
    expect(await bench.house.equity(book), "one tip came back").to.equal(cash - 400n * UNIT + UNIT);
  });

  it("is nothing for a book without shorts, and reverts for no market, no expiry and too little gas", async () => {
    const { bench, buyer } = await written(10_000);
    const theirs = bench.bookId(buyer);
    await bench.house.connect(await bench.signer(2)).depositLong(theirs, bench.seriesId(CALL), OPTION);
    expect((await bench.house.requirement(theirs)).initial.amount).to.equal(0n);
    await bench.risk.fail(Failure.Reverts);
    expect((await bench.house.requirement(theirs)).initial.amount, "without a price").to.equal(0n);
    await expect(bench.house.requirement(bench.bookId(buyer, 0n, 9n))).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_UnknownMarket",
    );
    await expect(
      bench.house.requirement(bench.bookId(buyer, 0n, bench.quoteMarket, bench.expiry + 1n)),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_BadExpiry");
    await expect(bench.house.requirement(theirs, { gasLimit: 300_000 })).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_GasStarved",
    );
  });
});

describe("Views: previews are what the calls do", () => {
  for (const [name, change, failure] of [
    ["Normal", {}, Failure.None],
    ["Cautious", { mode: Mode.Cautious, multiplierBps: 12_500n }, Failure.None],
    ["ReduceOnly", { mode: Mode.ReduceOnly, opens: false }, Failure.None],
    ["Halted", { mode: Mode.Halted, opens: false }, Failure.None],
    ["a price older than a day", { age: 90_000n }, Failure.None],
    ["a risk contract that reverts", {}, Failure.Reverts],
  ] as const) {
    it(`maxDefund goes out to the last unit and not one more: ${name}`, async () => {
      const { bench, house, book, writer } = await written(10_000);
      await bench.risk.set(readingAt(3000, change));
      await bench.risk.fail(failure);
      const most = await bench.house.maxDefund(book);
      await house.defund.staticCall(book, most, writer);
      await expect(house.defund.staticCall(book, most + 1n, writer)).to.be.revertedWithCustomError(
        bench.house,
        "Clearinghouse_Unhealthy",
      );
      await bench.at(bench.expiry);
      const frozen = await bench.house.maxDefund(book);
      await house.defund.staticCall(book, frozen, writer);
      await expect(house.defund.staticCall(book, frozen + 1n, writer)).to.be.revertedWithCustomError(
        bench.house,
        "Clearinghouse_Unhealthy",
      );
    });
  }

  for (const market of ["quoteMarket", "coinMarket"] as const) {
    it(`previewMint names the cash that mint needs to the last unit (${market})`, async () => {
      const bench = await ClearingBench.create();
      await bench.insure(10_000_000);
      const writer = await bench.account(1);
      const house = bench.house.connect(writer);
      await house.fundInsurance(bench.coinMarket, 500n * 10n ** 9n);
      const book = bench.bookId(writer.address, 0n, bench[market]);
      const legs = bench.legs(CALL, { ...PUT, strike: 2500, size: 2 });
      const preview = await house.previewMint(book, legs);
      expect([preview.opens, preview.isDust, preview.cash]).to.deep.equal([true, false, 0n]);
      expect(preview.missing).to.equal(preview.required + preview.fee + preview.tips);
      const withCash = (amount: bigint): string[] => [
        house.interface.encodeFunctionData("fund", [book, amount]),
        house.interface.encodeFunctionData("mint", [book, legs, writer.address]),
      ];
      await house.multicall.staticCall(withCash(preview.missing));
      await expect(house.multicall.staticCall(withCash(preview.missing - 1n))).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_Unhealthy",
      );
      await house.multicall(withCash(preview.missing));
      const after = await house.previewMint(book, []);
      expect([after.fee, after.tips, after.notional], "nothing more to write").to.deep.equal([0n, 0n, 0n]);
      const grown = (await house.marketState(bench[market])).openNotional;
      expect(grown, "notional").to.equal(preview.notional);
    });
  }

  it("previewMint sees what closes a long, dust, caps, and where nothing opens", async () => {
    const { bench, house, book, buyer } = await written(10_000);
    const theirs = bench.bookId(buyer);
    await bench.house.connect(await bench.signer(2)).depositLong(theirs, bench.seriesId(CALL), OPTION);
    const closing = await house.previewMint(theirs, bench.legs(CALL));
    expect([closing.fee, closing.tips, closing.notional, closing.required]).to.deep.equal([0n, 0n, 0n, 0n]);
    const beyond = await house.previewMint(theirs, bench.legs({ ...CALL, size: 3 }));
    expect(beyond.fee, "2 bp of the 6,000 dollars beyond the long").to.equal(1_200_000n);
    const small = bench.legs({ ...CALL, size: 0.01 });
    expect((await house.previewMint(bench.bookId(buyer, 7n), small)).isDust).to.equal(true);

    const { room, notional } = await house.previewMint(book, bench.legs(CALL));
    await bench.risk.set(readingAt(3000, { notionalCap: 2n * notional }));
    const capped = await house.previewMint(book, bench.legs(CALL));
    expect(room > capped.room && capped.room === notional, "one more fits exactly").to.equal(true);
    await house.mint.staticCall(book, bench.legs(CALL), buyer);
    await expect(
      house.mint.staticCall(book, bench.legs(CALL, { ...CALL, size: 0.001 }), buyer),
    ).to.be.revertedWithCustomError(house, "Clearinghouse_CapReached");

    await bench.risk.set(readingAt(3000, { mode: Mode.ReduceOnly, opens: false }));
    expect((await house.previewMint(book, bench.legs(CALL))).opens, "ReduceOnly").to.equal(false);
    await bench.risk.set(readingAt(3000));
    await bench.house.sunset(bench.quoteMarket);
    expect((await house.previewMint(book, bench.legs(CALL))).opens, "sunset").to.equal(false);
  });

  it("previewRedeem and receiptOf name what redeem pays, in part and topped up", async () => {
    const { bench, book, buyer } = await written(10_000);
    const other = await bench.account(3);
    const second = bench.bookId(other.address);
    await bench.house.connect(other).fund(second, 10_000n * UNIT);
    await bench.house.connect(other).mint(second, bench.legs(CALL), buyer);
    const id = bench.seriesId(CALL);
    expect(await bench.house.previewRedeem(buyer, id, OPTION), "not priced").to.equal(0n);
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    await bench.house.settleBooks([book]);

    const holder = bench.house.connect(await bench.signer(2));
    expect(await bench.house.previewRedeem(buyer, id, OPTION), "half is collected").to.equal(200n * UNIT);
    expect(await holder.redeem.staticCall(id, OPTION)).to.equal(200n * UNIT);
    await holder.redeem(id, OPTION);
    const receipt = await bench.house.receiptOf(buyer, bench.quoteMarket, bench.expiry);
    expect([receipt.paid, receipt.due]).to.deep.equal([200n * UNIT, 0n]);
    expect((await bench.house.expiryState(bench.quoteMarket, bench.expiry)).isFinal).to.equal(false);
    await bench.house.settleBooks([second]);
    const { due } = await bench.house.receiptOf(buyer, bench.quoteMarket, bench.expiry);
    expect(due, "the second half").to.equal(200n * UNIT);
    expect(await bench.house.previewRedeem(buyer, id, OPTION)).to.equal(600n * UNIT);
    expect(await holder.redeem.staticCall(id, OPTION)).to.equal(600n * UNIT);
    await expect(bench.house.previewRedeem(buyer, id, 1n << 64n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_AmountTooLarge",
    );
  });

  it("previewWithdraw counts in token units and pays everybody the same share of a token that shrank", async () => {
    const bench = await ClearingBench.create();
    const user = await bench.account(1, 1_000, 2);
    expect(await bench.house.previewWithdraw(bench.coin, 10n ** 9n)).to.equal(10n ** 18n);
    expect(await bench.house.previewWithdraw(bench.dollar, 10n * UNIT)).to.equal(10n * UNIT);
    await expect(bench.house.previewWithdraw(user.address, 1n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_UnknownToken",
    );

    const odd = await bench.connection.ethers.deployContract("OddToken", [6]);
    const collateral = await odd.getAddress();
    await bench.house.enableCollateral(collateral, NO_FEED);
    await bench.house.createMarket({
      collateral,
      kind: 0n,
      feed: 0n,
      risk: bench.risk,
      parameterSet: 0n,
      insurer: user.address,
    });
    await odd.getFunction("mint")(user.address, 1_000n * UNIT);
    await odd.connect(user).getFunction("approve")(bench.house, 1_000n * UNIT);
    await bench.house.connect(user).deposit(collateral, 1_000n * UNIT, user.address);
    await odd.getFunction("shrinkTo")(5_000n);
    expect(await bench.house.previewWithdraw(collateral, 10n * UNIT), "half").to.equal(5n * UNIT);
    await bench.house.connect(user).withdraw(collateral, 10n * UNIT, bench.pot);
    expect(await odd.getFunction("balanceOf")(bench.pot)).to.equal(5n * UNIT);
  });
});

describe("Views: markets and expiries", () => {
  it("follow an expiry from nothing to final", async () => {
    const { bench, book, house, buyer } = await written(10_000);
    const state = async () => bench.house.expiryState(bench.quoteMarket, bench.expiry);
    const untouched = await bench.house.expiryState(bench.quoteMarket, bench.expiry + BigInt(DAY));
    expect([untouched.phase, untouched.openNotional]).to.deep.equal([0n, 0n]);
    await house.mint(book, bench.legs({ ...PUT, strike: 2950, size: 2 }), buyer);
    const live = await bench.house.liveSeries(bench.quoteMarket, bench.expiry);
    expect(
      live.map(({ seriesId, strike, isCall, openInterest }) => [seriesId, strike, isCall, openInterest]),
    ).to.have.deep.members([
      [bench.seriesId(CALL), 30_000_000n, true, OPTION],
      [bench.seriesId({ ...PUT, strike: 2950 }), 29_500_000n, false, 2n * OPTION],
    ]);
    const open = await state();
    expect([open.phase, open.openNotional, open.openingPrice, open.price]).to.deep.equal([
      1n,
      900_000n,
      3_000n * 10n ** 8n,
      0n,
    ]);
    const market = await bench.house.marketState(bench.quoteMarket);
    expect([market.openNotional, market.isSunset, market.unitDecimals]).to.deep.equal([900_000n, false, 6n]);
    expect(market.insurance, "40 % of the fees").to.equal(10_000_000n * UNIT + 240_000n + 472_000n);

    await bench.mark(bench.expiry, 2_900);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const priced = await state();
    expect([priced.phase, priced.rung, priced.isFinal, priced.claimsUp, priced.collected]).to.deep.equal([
      3n,
      1n,
      false,
      100n * UNIT,
      0n,
    ]);
    expect(priced.reserved > 0n, "insurance set aside").to.equal(true);
    await bench.house.settleBooks([book]);
    const final = await state();
    expect([final.isFinal, final.collected, final.drawn, final.unresolved]).to.deep.equal([true, 100n * UNIT, 0n, 0n]);
    expect(await bench.house.marketCount()).to.equal(2n);
    await expect(bench.house.marketState(3n)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_UnknownMarket");
  });

  it("keep the module's code apart from the money: called directly it finds nothing", async () => {
    const { bench, book } = await written(10_000);
    const module = bench.house.attach(await bench.house.viewModule()) as typeof bench.house;
    expect(await module.marketCount()).to.equal(0n);
    await expect(module.requirement(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_UnknownMarket");
  });
});

/** A writer with so many dollars in his book, who sold one call at 3,000. */
async function written(dollars: number) {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const writer = await bench.account(1);
  const buyer = await bench.account(2);
  const book = bench.bookId(writer.address);
  const house = bench.house.connect(writer);
  await house.fund(book, BigInt(dollars) * UNIT);
  await house.mint(book, bench.legs(CALL), buyer.address);
  return { bench, house, book, writer: writer.address, buyer: buyer.address };
}
