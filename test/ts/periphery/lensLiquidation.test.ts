// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { LEAST_SHARE } from "../../../scripts/model/clearing/liquidation.ts";
import { Lens__factory } from "../../../typechain-types/factories/periphery/Lens__factory.ts";
import type { Lens } from "../../../typechain-types/periphery/Lens.ts";
import { Failure } from "../clearing/ClearingBench.ts";
import { Allowed, LiquidationBench, MINUTE, ONE, SOLD } from "../clearing/LiquidationBench.ts";

const HOUR = 60n * MINUTE;
const MOST_GAS = 16_777_216n;
const MOST_BOOKS = 16;
const Phase = { None: 0n, Solvent: 1n, Insolvent: 2n, Absorbable: 3n } as const;

/** A Lens beside a Clearinghouse with a book of ten calls, 12,000 dollars in it, written at 3,000. */
async function sold() {
  const bench = await LiquidationBench.create();
  const book = await bench.open([SOLD], 12_000);
  const lens = await new Lens__factory(bench.writer).deploy(bench.house);
  return { bench, book, lens };
}

/** Everything the Lens says of a book against what the Clearinghouse itself answers. */
async function compared(bench: LiquidationBench, lens: Lens, book: bigint, share = ONE) {
  const { house } = bench;
  const shown = await lens.liquidationOf(book, share);
  const [held, auction, needed] = await Promise.all([house.book(book), house.auction(book), house.requirement(book)]);
  expect([...shown.auction], "auction").to.deep.equal([...auction]);
  expect(shown.auction.isLiquidatable).to.equal(await house.isLiquidatable(book));
  expect([shown.isKnown, shown.state, shown.cash, shown.hasPrice]).to.deep.equal([
    true,
    held.state,
    held.cash,
    needed.hasPrice,
  ]);
  expect([shown.initial, shown.maintenance, shown.maximumLoss], "margin").to.deep.equal([
    needed.initial.amount,
    needed.maintenance.amount,
    await house.maxLoss(book),
  ]);
  return shown;
}

describe("Lens: liquidations", () => {
  it("shows a healthy book with its margins and no auction", async () => {
    const { bench, book, lens } = await sold();
    const shown = await compared(bench, lens, book);
    expect([shown.auction.isLiquidatable, shown.auction.isFlagged, shown.phase]).to.deep.equal([
      false,
      false,
      Phase.None,
    ]);
    expect(shown.cash >= shown.maintenance && shown.maintenance <= shown.initial).to.equal(true);
    expect([...shown.bid]).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("says that a short book can be flagged, and in which modes it cannot", async () => {
    const { bench, book, lens } = await sold();
    for (const [allowed, can] of [
      [Allowed.Full, true],
      [Allowed.Slices, true],
      [Allowed.BelowHalf, false],
      [Allowed.None, false],
    ] as const) {
      await bench.tell(3_600, { allowed });
      expect((await compared(bench, lens, book)).auction.isLiquidatable, `allowed ${allowed}`).to.equal(can);
    }
  });

  it("follows an auction: clock, payment and the share that a bid would take", async () => {
    const { bench, book, lens } = await sold();
    await bench.tell(3_600);
    await bench.flag(book);
    const into = await bench.bidderBook(200_000);
    let last = 0n;
    for (const waited of [0n, 5n * MINUTE, 10n * MINUTE]) {
      await bench.wait(3_600, waited);
      for (const share of [ONE, ONE / 4n, LEAST_SHARE]) {
        const { bid, phase } = await compared(bench, lens, book, share);
        const [taken, payment] = await bench.house.connect(bench.bidder).bid.staticCall(book, into, share, 0n);
        expect([bid.share, bid.paid + bid.insured, phase], `${share}`).to.deep.equal([taken, payment, Phase.Solvent]);
      }
      const { auction } = await lens.liquidationOf(book, ONE);
      expect(auction.payment > last, "rises").to.equal(true);
      last = auction.payment;
    }
  });

  it("shows no bid for a share that is too little for one", async () => {
    const { bench, book, lens } = await sold();
    await bench.tell(3_600);
    await bench.flag(book);
    await bench.wait(3_600, 5n * MINUTE);
    const { bid } = await compared(bench, lens, book, LEAST_SHARE - 1n);
    expect([...bid]).to.deep.equal([0n, 0n, 0n, 0n]);
  });

  it("lets a share go as the window of slices does", async () => {
    const { bench, book, lens } = await sold();
    await bench.tell(3_600, { allowed: Allowed.Slices });
    await bench.flag(book);
    const into = await bench.bidderBook(200_000);
    await bench.wait(3_600, 5n * MINUTE, { allowed: Allowed.Slices });
    const { bid } = await compared(bench, lens, book);
    const [taken, payment] = await bench.house.connect(bench.bidder).bid.staticCall(book, into, ONE, 0n);
    expect([bid.share, bid.paid]).to.deep.equal([taken, payment]);
    expect(bid.share, "a quarter").to.equal(ONE / 4n);
    await bench.bid(book, into);
    const after = await compared(bench, lens, book);
    expect([after.auction.largestShare, after.bid.share], "the rest of the minute").to.deep.equal([0n, 0n]);
  });

  it("takes all where the rest would be worth no auction", async () => {
    const { bench, lens } = await sold();
    const book = await bench.open([{ ...SOLD, size: 0.1 }], 110, 1n);
    await bench.tell(5_000);
    await bench.flag(book);
    const into = await bench.bidderBook(200_000);
    const { bid } = await compared(bench, lens, book, (ONE * 99n) / 100n);
    const [taken] = await bench.house.connect(bench.bidder).bid.staticCall(book, into, (ONE * 99n) / 100n, 0n);
    expect([bid.share, taken]).to.deep.equal([ONE, ONE]);
  });

  it("tells the insolvent phase, the insurance set aside and what insurance would pay", async () => {
    const { bench, book, lens } = await sold();
    await bench.tell(5_000);
    await bench.flag(book);
    const into = await bench.bidderBook(200_000);
    const early = await compared(bench, lens, book);
    expect(early.phase, "its own cash at first").to.equal(Phase.Solvent);
    expect(early.auction.shortage, "set aside").to.equal((await bench.house.marketState(1n)).reserved);
    await bench.wait(5_000, 30n * MINUTE);
    const middle = await compared(bench, lens, book);
    expect(middle.phase).to.equal(Phase.Insolvent);
    const [, payment] = await bench.house.connect(bench.bidder).bid.staticCall(book, into, ONE, 0n);
    expect([middle.bid.paid, middle.bid.paid + middle.bid.insured]).to.deep.equal([middle.cash, payment]);
    expect(middle.bid.insured > 0n, "insurance pays").to.equal(true);
    await bench.wait(5_000, 2n * HOUR);
    expect((await compared(bench, lens, book)).phase, "for the backstop").to.equal(Phase.Absorbable);
  });

  it("names no phase and no amount without a price, and maximum loss for both margins", async () => {
    const { bench, book, lens } = await sold();
    await bench.tell(3_600);
    await bench.flag(book);
    for (const failure of [Failure.NoPrice, Failure.Reverts, Failure.BurnsGas, Failure.Nonsense]) {
      await bench.clearing.risk.fail(failure);
      const shown = await compared(bench, lens, book);
      expect([shown.auction.isFlagged, shown.phase, shown.bid.share]).to.deep.equal([true, Phase.None, 0n]);
      expect([shown.initial, shown.maintenance]).to.deep.equal([shown.maximumLoss, shown.maximumLoss]);
    }
  });

  it("shows a settled book with its state and nothing to liquidate", async () => {
    const { bench, book, lens } = await sold();
    const { clearing } = bench;
    await clearing.mark(clearing.expiry, 3_400);
    await clearing.at(clearing.expiry + 120n);
    const frozen = await compared(bench, lens, book);
    expect([frozen.isExpired, frozen.state, frozen.phase]).to.deep.equal([true, 0n, Phase.None]);
    await bench.house.settleExpiry(clearing.quoteMarket, clearing.expiry, 0);
    await bench.house.settleBooks([book]);
    const settled = await compared(bench, lens, book);
    expect([settled.isExpired, settled.state, settled.auction.isLiquidatable]).to.deep.equal([true, 2n, false]);
  });
});

describe("Lens: pages of liquidations", () => {
  it("answers in order, with nothing for ids of nothing", async () => {
    const { bench, book, lens } = await sold();
    const { clearing, writer } = bench;
    await bench.tell(3_600);
    await bench.flag(book);
    const garbage = [
      0n,
      2n ** 256n - 1n,
      clearing.bookId(writer.address, 0n, 77n),
      clearing.bookId(writer.address, 0n, clearing.quoteMarket, clearing.expiry + 1n),
    ];
    const empty = clearing.bookId(writer.address, 40n);
    const page = await lens.liquidationsOf([garbage[0]!, book, ...garbage.slice(1), empty, book], ONE);
    expect(page.map(({ isKnown }) => isKnown)).to.deep.equal([false, true, false, false, false, true, true]);
    const alone = await lens.liquidationOf(book, ONE);
    const amounts = ({ cash, initial, maximumLoss, phase, bid }: typeof alone) => [
      cash,
      initial,
      maximumLoss,
      phase,
      ...bid,
    ];
    for (const index of [1, 6]) {
      expect(amounts(page[index]!), `${index}`).to.deep.equal(amounts(alone));
      expect([...page[index]!.auction], `${index}: auction`).to.deep.equal([...alone.auction]);
    }
    const nothing = page[5]!;
    expect([nothing.cash, nothing.maximumLoss, nothing.auction.isLiquidatable], "a book nobody made").to.deep.equal([
      0n,
      0n,
      false,
    ]);
    expect((await lens.liquidationsOf([], ONE)).length).to.equal(0);
  });

  it("refuses a page that is too long, and too little gas rather than an empty answer", async () => {
    const { book, lens } = await sold();
    const ids = Array.from({ length: MOST_BOOKS + 1 }, () => book);
    await expect(lens.liquidationsOf(ids, ONE))
      .to.be.revertedWithCustomError(lens, "Lens_TooManyBooks")
      .withArgs(MOST_BOOKS + 1, MOST_BOOKS);
    await expect(lens.liquidationsOf([book], ONE, { gasLimit: 1_000_000 })).to.be.revertedWithCustomError(
      lens,
      "Lens_GasStarved",
    );
    expect((await lens.liquidationsOf([book], ONE, { gasLimit: 1_200_000 }))[0]!.isKnown).to.equal(true);
  });

  it("stays below the gas of a transaction with the fullest books and a risk contract that burns all it gets", async () => {
    const { bench, lens } = await sold();
    const legs = Array.from({ length: 8 }, (_, index) => ({ strike: 2_600 + 100 * index, isCall: true, size: 1 }));
    const book = await bench.open(legs, 18_000, 1n);
    await bench.tell(5_200);
    await bench.flag(book);
    const ids = Array.from({ length: MOST_BOOKS }, () => book);
    for (const failure of [Failure.None, Failure.BurnsGas]) {
      await bench.clearing.risk.fail(failure);
      const page = await lens.liquidationsOf(ids, ONE, { gasLimit: MOST_GAS });
      expect(
        page.every(({ isKnown, auction }) => isKnown && auction.isFlagged),
        `failure ${failure}`,
      ).to.equal(true);
    }
  });
});
