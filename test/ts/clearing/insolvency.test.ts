// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { eventOf, priceAt, UNIT } from "./attackTools.ts";
import { DAY, Mode } from "./ClearingBench.ts";
import { LiquidationBench, MINUTE, ONE, SOLD } from "./LiquidationBench.ts";

const HOUR = 60n * MINUTE;

/** A book of ten calls with 12,000 dollars after a jump to 5,000: short of its marks by thousands. */
async function insolvent(insured = 250_000) {
  const bench = await LiquidationBench.create(insured);
  const book = await bench.open([SOLD], 12_000);
  const into = await bench.bidderBook(200_000);
  await bench.tell(5_000);
  await bench.flag(book);
  const market = async () => bench.house.marketState(bench.clearing.quoteMarket);
  const expiry = async () => bench.house.expiryState(bench.clearing.quoteMarket, bench.clearing.expiry);
  return { bench, book, into, market, expiry };
}

describe("Insolvent books: the auction", () => {
  it("pays at most the book's own cash for twenty minutes, then up to 1.05 · M in forty more (finding 4)", async () => {
    const { bench, book } = await insolvent();
    const { cash } = await bench.house.book(book);
    expect((await bench.house.auction(book)).payment <= cash).to.equal(true);
    await bench.wait(5_000, 20n * MINUTE);
    const start = await bench.house.auction(book);
    expect([start.payment, start.penalty, start.largestShare]).to.deep.equal([cash, 0n, ONE]);
    await bench.wait(5_000, 20n * MINUTE);
    const middle = await bench.house.auction(book);
    const highest = (middle.full * 105n) / 100n;
    expect(middle.payment).to.equal(cash + (highest - cash) / 2n);
    await bench.wait(5_000, 10n * HOUR);
    const end = await bench.house.auction(book);
    expect(end.payment, "and no more, however long").to.equal((end.full * 105n) / 100n);
  });

  it("takes the excess out of what is set aside for the expiry: half of what is unreserved, at its first draw", async () => {
    const { bench, book, into, market, expiry } = await insolvent();
    const before = await market();
    await bench.wait(5_000, HOUR);
    const told = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
    const after = await market();
    expect(told.drawn > 0n && told.isOver).to.equal(true);
    expect(before.insurance - after.insurance).to.equal(told.drawn);
    const { reserved, drawn, phase } = await expiry();
    expect([reserved, drawn, phase]).to.deep.equal([before.insurance / 2n, told.drawn, 2n]);
    expect(after.reserved, "what is left of it stays set aside").to.equal(reserved - drawn);
    expect((await bench.house.book(book)).cash, "its tips come back to it, nothing else").to.equal(UNIT);
    expect((await bench.house.book(into)).cash).to.equal(
      200_000n * UNIT + (told.paid as bigint) + (told.drawn as bigint) - 2n * UNIT,
    );
  });

  it("pays no more than the expiry's half: what is not there nobody gets", async () => {
    const { bench, book, into } = await insolvent(5_000);
    await bench.wait(5_000, HOUR);
    const { payment } = await bench.house.auction(book);
    const told = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
    expect((told.paid as bigint) + (told.drawn as bigint) < payment).to.equal(true);
    const { reserved, drawn } = await bench.house.expiryState(bench.clearing.quoteMarket, bench.clearing.expiry);
    expect(drawn).to.equal(reserved);
  });

  it("moves insurance at a full quorum's price alone", async () => {
    const { bench, book, into } = await insolvent();
    const { cash } = await bench.house.book(book);
    await bench.wait(5_000, HOUR, { isPrimary: false });
    expect((await bench.house.auction(book)).payment).to.equal(cash);
    const told = await eventOf(bench.clearing, bench.bid(book, into), "BidFilled");
    expect(told.drawn).to.equal(0n);
  });

  it("a solvent book never reaches insurance, however long nobody bids", async () => {
    const bench = await LiquidationBench.create();
    const book = await bench.open([SOLD], 12_000);
    await bench.tell(3_600);
    await bench.flag(book);
    await bench.wait(3_600, 10n * HOUR);
    const { cash } = await bench.house.book(book);
    const { payment, penalty } = await bench.house.auction(book);
    expect(payment).to.equal(cash - penalty);
  });

  it("keeps what insurance paid in a book under initial margin: bidding on one's own loss wins no cash (finding 4)", async () => {
    const { bench, book } = await insolvent();
    const { writer, clearing } = bench;
    const own = clearing.bookId(writer.address, 50n);
    const house = bench.house.connect(writer);
    await house.fund(own, 40_000n * UNIT);
    await bench.wait(5_000, HOUR);
    await house.bid(book, own, ONE, 0n);
    const { initial } = await bench.house.requirement(own);
    const { cash } = await bench.house.book(own);
    await expect(house.defund(own, cash - initial.amount + 5n * UNIT, writer.address)).to.revert(
      clearing.connection.ethers,
    );
    expect(initial.amount > (await bench.house.auction(own)).full, "margin lies above the marks").to.equal(true);
  });
});

describe("Insolvent books: insurers", () => {
  it("see the loss set aside the moment it is flagged, and it follows the price (finding 16)", async () => {
    const { bench, book, market } = await insolvent();
    const lack = async (): Promise<bigint> => {
      const { full } = await bench.house.auction(book);
      return full - (await bench.house.book(book)).cash;
    };
    const { reserved } = await market();
    expect(reserved).to.be.within((await lack()) - UNIT, (await lack()) + UNIT);
    await bench.tell(5_600);
    await bench.house.flag(book);
    expect((await market()).reserved).to.equal(await lack());
    await bench.tell(3_000);
    await bench.house.unflag(book);
    expect((await market()).reserved).to.equal(0n);
  });

  it("two flagged books of one market have what is there, not twice", async () => {
    const bench = await LiquidationBench.create(12_000);
    const books = [await bench.open([SOLD], 12_000), await bench.open([SOLD], 12_000, 1n)];
    await bench.tell(5_000);
    for (const book of books) await bench.flag(book);
    const { insurance, reserved } = await bench.house.marketState(bench.clearing.quoteMarket);
    expect(reserved).to.equal(insurance);
  });

  it("what flagged books had one by one is part of the expiry's half once that is set aside", async () => {
    const { bench, market, expiry } = await insolvent();
    const { insurance } = await market();
    await priceAt(bench.clearing, 3_100);
    expect((await expiry()).reserved).to.equal(insurance / 2n);
    expect((await market()).reserved).to.equal(insurance / 2n);
  });
});

describe("Insolvent books: the market's own alarm (review 33)", () => {
  const modeOf = async (bench: LiquidationBench, into: bigint): Promise<bigint> =>
    (await bench.house.requirement(into)).reading.mode;

  for (const [insured, mode, name] of [
    [250_000, Mode.Normal, "stays silent for a small draw"],
    [38_000, Mode.Cautious, "asks for Cautious from a quarter of what was there"],
    [20_000, Mode.ReduceOnly, "asks for ReduceOnly from half, never for more"],
  ] as const) {
    it(`${name}, for a day`, async () => {
      const { bench, book, into } = await insolvent(insured);
      await bench.wait(5_000, HOUR);
      await bench.bid(book, into);
      expect(await modeOf(bench, into)).to.equal(mode);
      const now = (await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
      await bench.clearing.at(now + DAY - 60);
      expect(await modeOf(bench, into)).to.equal(mode);
      await bench.clearing.at(now + DAY + 2_100);
      expect(await modeOf(bench, into)).to.equal(Mode.Normal);
    });
  }

  it("asks for ReduceOnly when a settlement leaves debt that nobody covers, in its market alone", async () => {
    const { bench, book } = await insolvent(0);
    const { clearing } = bench;
    await priceAt(clearing, 5_000);
    await bench.house.settleBooks([book]);
    const later = clearing.expiry + BigInt(DAY);
    const held = (market: bigint): bigint => clearing.bookId(bench.bidder.address, 0n, market, later);
    expect(await modeOf(bench, held(clearing.quoteMarket))).to.equal(Mode.ReduceOnly);
    expect(await modeOf(bench, held(clearing.coinMarket))).to.equal(Mode.Normal);
  });
});

describe("Backstop", () => {
  const TRANCHE = 60_000n * UNIT;

  async function backed(insured = 250_000) {
    const setting = await insolvent(insured);
    const provider = await setting.bench.clearing.account(7);
    const market = setting.bench.clearing.quoteMarket;
    const house = setting.bench.house.connect(provider);
    await house.lockTranche(market, TRANCHE);
    return { ...setting, provider, house, number: market };
  }

  it("takes the whole book after two hours of bid time, at what a bidder would get, topped up to initial margin", async () => {
    const { bench, book, provider, number } = await backed();
    await bench.wait(5_000, 2n * HOUR - 1n);
    await expect(bench.house.absorb(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_TooEarly");
    await bench.wait(5_000, 1n);
    const told = await eventOf(bench.clearing, bench.house.absorb(book), "BookAbsorbed");
    const taken = told.into as bigint;
    expect(taken >> 96n).to.equal(BigInt(provider.address));
    const held = await bench.house.book(taken);
    expect(held.legs.length).to.equal(1);
    expect(held.cash).to.equal((await bench.house.requirement(taken)).initial.amount);
    expect((await bench.house.trancheOf(number)).amount).to.equal(TRANCHE - (told.topUp as bigint));
    expect((await bench.house.book(book)).legs.length).to.equal(0);
  });

  it("tops up out of what the first draw on the way leaves unreserved, so that the expiry settles (found by deep fuzzing)", async () => {
    const absorbed = async (tranche: bigint) => {
      const setting = await insolvent();
      const { bench } = setting;
      const house = bench.house.connect(await bench.clearing.account(7));
      await house.lockTranche(bench.clearing.quoteMarket, tranche);
      await bench.wait(5_000, 3n * HOUR);
      return { ...setting, sent: bench.house.absorb(setting.book) };
    };
    const generous = await absorbed(2n * TRANCHE);
    const { topUp } = await eventOf(generous.bench.clearing, generous.sent, "BookAbsorbed");

    // Half of it is set aside for the expiry by the book's own draw.
    const short = await absorbed(2n * (topUp as bigint) - 2n);
    await expect(short.sent)
      .to.be.revertedWithCustomError(short.bench.house, "Clearinghouse_TrancheTooSmall")
      .withArgs(short.bench.clearing.quoteMarket, (topUp as bigint) - 1n, topUp);

    const enough = await absorbed(2n * (topUp as bigint));
    await enough.sent;
    const { clearing, house } = enough.bench;
    const { amount, reserved } = await house.trancheOf(clearing.quoteMarket);
    expect([amount, reserved], "only what is set aside is left").to.deep.equal([topUp, topUp]);
    await priceAt(clearing, 5_000);
    expect((await enough.expiry()).price).to.equal(5_000n * 10n ** 8n);
  });

  it("leaves the book in its auction when the tranche does not reach", async () => {
    const { bench, book } = await insolvent(0);
    const provider = await bench.clearing.account(7);
    await bench.house.connect(provider).lockTranche(bench.clearing.quoteMarket, 100n * UNIT);
    await bench.wait(5_000, 3n * HOUR);
    const before = await bench.house.book(book);
    await expect(bench.house.absorb(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_TrancheTooSmall");
    expect(await bench.house.book(book)).to.deep.equal(before);
  });

  it("nobody absorbs where there is no backstop, and the auction goes on", async () => {
    const { bench, book, into } = await insolvent();
    await bench.wait(5_000, 3n * HOUR);
    await expect(bench.house.absorb(book)).to.be.revertedWithCustomError(bench.house, "Clearinghouse_TrancheTooSmall");
    await bench.bid(book, into);
  });

  it("covers at settlement what cash and the expiry's insurance do not, half of it for one expiry (S11)", async () => {
    const { bench, book, number, house } = await backed(4_000);
    await priceAt(bench.clearing, 5_000);
    const { insurance } = await bench.house.marketState(number);
    const receipt = await (await bench.house.settleBooks([book])).wait();
    const events = receipt!.logs.map((log) => bench.house.interface.parseLog(log)!);
    const settled = events.find(({ name }) => name === "BookSettled")!.args;
    const drawn = events.find(({ name }) => name === "TrancheDrawn")!.args.amount as bigint;
    expect(settled.drawn, "insurance first, all that is set aside").to.be.within(1n, insurance / 2n + UNIT);
    expect((settled.paid as bigint) + (settled.drawn as bigint) + drawn).to.equal(20_000n * UNIT);
    expect(settled.shortage).to.equal(0n);
    const { amount, reserved } = await bench.house.trancheOf(number);
    expect([amount, reserved]).to.deep.equal([TRANCHE - drawn, 0n]);
    await house.releaseTranche(number, 1n);
  });

  it("leaves ten days after its notice, and what an expiry may draw stays until that is final", async () => {
    const { bench, number, house, provider } = await backed();
    await house.releaseTranche(number, 1n);
    await expect(house.releaseTranche(number, 1n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_TrancheLocked",
    );
    const noticed = (await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
    await priceAt(bench.clearing, 3_100);
    await bench.clearing.at(noticed + 10 * DAY);
    await expect(house.releaseTranche(number, TRANCHE)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_TrancheTooSmall",
    );
    const free = await bench.house.freeBalance(provider.address, bench.clearing.dollar);
    await house.releaseTranche(number, TRANCHE / 2n);
    expect((await bench.house.freeBalance(provider.address, bench.clearing.dollar)) - free).to.equal(TRANCHE / 2n);
  });

  it("that is added to stays: the notice given before is void", async () => {
    const { bench, number, house } = await backed();
    await house.releaseTranche(number, 1n);
    const now = (await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
    await house.lockTranche(number, UNIT);
    await bench.clearing.at(now + 11 * DAY);
    const noticed = await eventOf(bench.clearing, house.releaseTranche(number, UNIT), "TrancheNoticed");
    expect(noticed.unlocksAt).to.be.at.least(BigInt(now + 21 * DAY));
  });

  it("must use its notice: one given long ago lets nothing leave at a bad moment", async () => {
    const { bench, number, house } = await backed();
    await house.releaseTranche(number, 1n);
    const now = (await bench.clearing.connection.ethers.provider.getBlock("latest"))!.timestamp;
    await bench.clearing.at(now + 13 * DAY);
    const noticed = await eventOf(bench.clearing, house.releaseTranche(number, TRANCHE), "TrancheNoticed");
    expect(noticed.unlocksAt).to.be.at.least(BigInt(now + 23 * DAY));
    expect((await bench.house.trancheOf(number)).amount).to.equal(TRANCHE);
  });

  it("is replaced by twice its size, and gets its own back at once; a squatter holds nothing up", async () => {
    const { bench, number, provider } = await backed();
    const larger = await bench.clearing.account(8);
    const free = await bench.house.freeBalance(provider.address, bench.clearing.dollar);
    const house = bench.house.connect(larger);
    await expect(house.lockTranche(number, 2n * TRANCHE - 1n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_TrancheTaken",
    );
    await house.lockTranche(number, 2n * TRANCHE);
    expect((await bench.house.freeBalance(provider.address, bench.clearing.dollar)) - free).to.equal(TRANCHE);
    expect((await bench.house.trancheOf(number)).provider).to.equal(larger.address);
    await expect(bench.house.connect(provider).releaseTranche(number, 1n)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_Unauthorized",
    );
  });
});
