// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { ClearingBench, DAY, PRICE } from "./ClearingBench.ts";

const UNIT = 10n ** 6n;
const HOUR = 3_600n;
/** Why a book of a batch is left alone. */
const [NOT_PRICED, NO_LEGS] = [0n, 1n];
const CALL = { strike: 3000, isCall: true, size: 2 };

/** A funded writer with two calls at 3,000 sold to a buyer. */
async function sold(): Promise<{ bench: ClearingBench; book: bigint; writer: string; buyer: string }> {
  const bench = await ClearingBench.create();
  await bench.insure(1_000_000);
  const writer = await bench.account(1);
  const buyer = await bench.account(2);
  const book = bench.bookId(writer.address);
  await bench.house.connect(writer).fund(book, 10_000n * UNIT);
  await bench.house.connect(writer).mint(book, bench.legs(CALL), buyer.address);
  return { bench, book, writer: writer.address, buyer: buyer.address };
}

async function settledRung(bench: ClearingBench, after = 0n): Promise<bigint> {
  const sent = await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, after);
  const receipt = await sent.wait();
  const log = receipt!.logs
    .map((entry) => bench.house.interface.parseLog(entry))
    .find((entry) => entry?.name === "ExpirySettled");
  return log!.args.rung as bigint;
}

describe("Settlement: an expiry pays out", () => {
  it("pays a call its payoff, leaves the writer the rest and nothing behind", async () => {
    const { bench, book, writer, buyer } = await sold();
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const before = await bench.house.freeBalance(buyer, bench.dollar);
    const holder = bench.house.connect(await bench.signer(2));

    await bench.house.settleBooks([book]);
    await holder.redeem(bench.seriesId(CALL), 2_000_000n);

    expect((await bench.house.freeBalance(buyer, bench.dollar)) - before, "two times 400 dollars").to.equal(
      800n * UNIT,
    );
    const fee = 1_200_000n; // 2 bp of 6,000 dollars
    const cash = 10_000n * UNIT - fee - 800n * UNIT - UNIT; // one tip went to the caller, one came back
    await bench.house.connect(await bench.signer(1)).defund(book, cash, writer);
    await expect(bench.house.connect(await bench.signer(1)).defund(book, 1n, writer)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_InsufficientCash",
    );
  });

  it("pays early redeemers in part and tops them up when the writer pays", async () => {
    const { bench, book, buyer } = await sold();
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const holder = bench.house.connect(await bench.signer(2));
    const before = await bench.house.freeBalance(buyer, bench.dollar);

    await holder.redeem(bench.seriesId(CALL), 2_000_000n);
    expect(await bench.house.freeBalance(buyer, bench.dollar), "nothing is collected yet").to.equal(before);
    await bench.house.settleBooks([book]);
    await holder.redeem(bench.seriesId(CALL), 0);

    expect((await bench.house.freeBalance(buyer, bench.dollar)) - before).to.equal(800n * UNIT);
  });

  it("gives an owner who settles his own book both tips back, and nobody else gets one", async () => {
    const { bench, book, writer } = await sold();
    const before = await bench.house.freeBalance(writer, bench.dollar);
    const { cash } = await bench.house.book(book);
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    await bench.house.connect(await bench.signer(1)).settleBooks([book]);
    expect((await bench.house.book(book)).cash).to.equal(cash - 800n * UNIT + 2n * UNIT);
    expect(await bench.house.freeBalance(writer, bench.dollar)).to.equal(before);
  });

  it("skips a book without legs, and one whose expiry has no price, and settles the others", async () => {
    const { bench, book } = await sold();
    const empty = bench.bookId(bench.pot);
    const writer = await bench.signer(1);
    const unpriced = bench.bookId(writer.address, 0n, bench.quoteMarket, bench.expiry + BigInt(DAY));
    await bench.house.connect(writer).fund(unpriced, 10_000n * UNIT);
    await bench.house.connect(writer).mint(unpriced, bench.legs(CALL), writer.address);
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    const settling = bench.house.settleBooks([empty, unpriced, book]);
    await expect(settling).to.emit(bench.house, "BookSkipped").withArgs(empty, NO_LEGS);
    await expect(settling).to.emit(bench.house, "BookSkipped").withArgs(unpriced, NOT_PRICED);
    await expect(settling).to.emit(bench.house, "BookSettled");
  });

  it("refuses before the expiry, twice, and where nothing was opened", async () => {
    const { bench } = await sold();
    await expect(bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NotExpired",
    );
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 120n);
    await bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0);
    await expect(bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_WrongPhase",
    );
    await expect(
      bench.house.settleExpiry(bench.quoteMarket, bench.expiry - BigInt(DAY), 0),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_WrongPhase");
  });
});

describe("Settlement: the ladder", () => {
  it("takes a clean window of four fifths two minutes after the expiry", async () => {
    const { bench } = await sold();
    await bench.mark(bench.expiry, 3_400, { coverage: 1_440n });
    await bench.at(bench.expiry + 118n);
    await expect(bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NoPriceYet",
    );
    await bench.at(bench.expiry + 120n);
    expect(await settledRung(bench)).to.equal(1n);
  });

  it("waits two hours with a thin window", async () => {
    const { bench } = await sold();
    await bench.mark(bench.expiry, 3_400, { coverage: 1_439n });
    await bench.at(bench.expiry + 2n * HOUR - 2n);
    await expect(bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NoPriceYet",
    );
    await bench.at(bench.expiry + 2n * HOUR);
    expect(await settledRung(bench)).to.equal(2n);
  });

  it("takes a dirty window only after a day and within 5 % of a witness", async () => {
    const { bench } = await sold();
    await bench.mark(bench.expiry, 3_400, { quarantined: true });
    await bench.marks.setWitness(0, 1, 7, {
      price: 3_300n * PRICE,
      updatedAt: bench.expiry - 60n,
      nextUpdatedAt: bench.expiry + 60n,
    });
    await bench.at(bench.expiry + 24n * HOUR);
    await expect(bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NoPriceYet",
    );
    await bench.house.recordWitness(0, bench.expiry, 1, 7);
    expect(await settledRung(bench)).to.equal(4n);
  });

  it("takes the median of witnesses and last price where a dirty window is contradicted", async () => {
    const { bench } = await sold();
    await bench.mark(bench.expiry, 4_000, { halted: true });
    await bench.marks.setWitness(0, 0, 7, {
      price: 3_000n * PRICE,
      updatedAt: bench.expiry,
      nextUpdatedAt: bench.expiry + 60n,
    });
    await bench.marks.setWitness(0, 1, 7, {
      price: 3_100n * PRICE,
      updatedAt: bench.expiry,
      nextUpdatedAt: bench.expiry + 60n,
    });
    await bench.at(bench.expiry + HOUR);
    await bench.house.recordWitness(0, bench.expiry, 0, 7);
    await bench.house.recordWitness(0, bench.expiry, 1, 7);
    await bench.at(bench.expiry + 72n * HOUR - 2n);
    await expect(bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NoPriceYet",
    );
    await bench.at(bench.expiry + 72n * HOUR);
    expect(await settledRung(bench)).to.equal(6n);
  });

  it("draws the line over an outage, and only with the first mark after it", async () => {
    const { bench } = await sold();
    const last = bench.expiry - 4n * 1_800n;
    const first = bench.expiry + 6n * 1_800n;
    await bench.mark(last, 3_000);
    await bench.mark(first, 3_500, { previousBoundary: last });
    await bench.mark(first + 1_800n, 3_600);
    await bench.marks.setLatest(3_600n * PRICE, first + 3_600n);
    await bench.at(bench.expiry + 24n * HOUR);
    for (const pointer of [0n, first + 1_800n, last]) {
      await expect(
        bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, pointer),
        `pointer ${pointer}`,
      ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_NoPriceYet");
    }
    expect(await settledRung(bench, first)).to.equal(5n);
  });

  it("ends at the last median after a week without anybody", async () => {
    const { bench } = await sold();
    await bench.marks.setLatest(3_050n * PRICE, bench.expiry - 40n * 60n);
    await bench.at(bench.expiry + 7n * BigInt(DAY) - 2n);
    await expect(bench.house.settleExpiry.staticCall(bench.quoteMarket, bench.expiry, 0)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_NoPriceYet",
    );
    await bench.at(bench.expiry + 7n * BigInt(DAY));
    expect(await settledRung(bench)).to.equal(7n);
  });

  for (const [failure, reverts, burnsGas] of [
    ["reverts", true, false],
    ["burns all gas", false, true],
  ] as const) {
    it(`ends at the price of the last opening when the oracle ${failure} for a week`, async () => {
      const { bench } = await sold();
      await bench.marks.setFailure(reverts, burnsGas);
      await bench.at(bench.expiry + 7n * BigInt(DAY));
      expect(await settledRung(bench)).to.equal(8n);
    });
  }

  it("cannot be starved of gas into the last rung", async () => {
    const { bench } = await sold();
    await bench.mark(bench.expiry, 3_400);
    await bench.at(bench.expiry + 7n * BigInt(DAY));
    await expect(
      bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0, { gasLimit: 1_500_000 }),
    ).to.be.revertedWithCustomError(bench.house, "Clearinghouse_GasStarved");
  });
});
