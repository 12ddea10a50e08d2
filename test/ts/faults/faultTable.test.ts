// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { Mode } from "../clearing/ClearingBench.ts";
import { ROUND_SECONDS } from "../oracle/OracleBench.ts";
import { DOLLAR, FaultBench, HEARTBEAT } from "./FaultBench.ts";

const PUT = { strike: 3000, isCall: false, size: 10 };
const HOUR = 3_600;
/** Initial margin of ten such puts is about 11,000 dollars, maintenance about 8,000, maximum loss 30,000. */
const MARGIN = 14_000n * DOLLAR;
const WHOLE = 30_000n * DOLLAR;

/** What peers fail at, by the columns of a table of their faults; here each row must hold with every contract real. */
describe("Fault table", () => {
  let bench: FaultBench;
  let snapshot: string;
  before(async function () {
    this.timeout(300_000);
    bench = await FaultBench.create();
    await bench.warmUp();
  });
  beforeEach(async () => {
    [bench.price, bench.peg] = [3000, 1];
    snapshot = (await bench.room.connection.provider.request({ method: "evm_snapshot", params: [] })) as string;
  });
  afterEach(async () => {
    await bench.room.connection.provider.request({ method: "evm_revert", params: [snapshot] });
  });

  const mode = async (): Promise<bigint> => (await bench.risk.standOf(0)).mode;
  const error = (house: FaultBench["house"], name: string) => [house, `Clearinghouse_${name}`] as const;

  it("oracle silent: margin widens, then nothing opens; every exit stays open and nobody is liquidated", async () => {
    const { signer, house, book } = await bench.writer(1, PUT, MARGIN);
    const initial = async (): Promise<bigint> => (await house.requirement(book)).initial.amount;
    const fresh = await initial();
    await bench.room.moveBy(2 * HEARTBEAT);
    const older = await initial();
    expect(older > fresh, "a band that widens with age").to.equal(true);
    await bench.room.moveBy(3 * HEARTBEAT);
    await expect(house.mint(book, bench.legs(PUT), signer.address)).to.be.revertedWithCustomError(
      ...error(house, "NotOpen"),
    );
    await bench.room.moveBy(25 * HOUR);
    expect(await initial(), "a day later margin is maximum loss").to.equal(await house.maxLoss(book));
    await expect(house.flag(book)).to.be.revertedWithCustomError(...error(house, "NoLiquidation"));

    await house.burn(book, bench.legs({ ...PUT, size: 4 }));
    await house.fund(book, WHOLE);
    const spare = (await house.book(book)).cash - (await house.maxLoss(book));
    await house.defund(book, spare, signer.address);
    const dollars = await bench.room.token.getAddress();
    await house.withdraw(dollars, await house.freeBalance(signer.address, dollars), signer.address);
    expect((await house.book(book)).cash).to.equal(await house.maxLoss(book));
  });

  it("wrong once: a round that is eighty times too high, signed by all, is never published", async () => {
    const { house, book } = await bench.writer(1, PUT, MARGIN);
    const published = async (): Promise<bigint> => (await bench.room.oracle.readRisk(0)).price;
    await bench.room.acceptRound(bench.vector(240_000));
    expect(await published()).to.equal(bench.vector()[0]);
    expect(await house.isLiquidatable(book)).to.equal(false);
    await bench.rounds(1);
    expect(await published(), "the next true round stands").to.equal(bench.vector()[0]);
    expect((await bench.room.oracle.metrics(0)).pending).to.equal(false);
    expect(await house.isLiquidatable(book)).to.equal(false);
  });

  it("wrong once: two of seven near zero do not move the price out of the honest range", async () => {
    const round = await bench.room.nextRound();
    const seats = (await bench.room.registry.seats()).map(Number);
    const reports = [];
    for (const [seat, id] of seats.entries()) {
      if (id === 0) continue;
      const vector = id <= 2 ? [1n, bench.vector()[1]!] : bench.vector(3000 + id);
      reports.push(await bench.room.report(round, id - 1, seat, vector));
    }
    await bench.relay(round, reports);
    const { price } = await bench.room.oracle.readRisk(0);
    expect(price >= bench.vector(3003)[0]! && price <= bench.vector(3007)[0]!, String(price)).to.equal(true);
  });

  it("halt, then gap: prices resume into a grace; who funds in it keeps his book, who does not is flagged after it", async () => {
    const saved = await bench.writer(1, PUT, MARGIN);
    const lost = await bench.writer(2, PUT, MARGIN);
    const before = await bench.risk.bidTime(0);
    bench.price = 1800;
    await bench.room.moveBy(80 * HEARTBEAT);
    await bench.lookAtWitnesses();
    for (let index = 0; index < 3; index += 1) await bench.room.acceptRound(bench.vector());
    expect((await bench.room.oracle.readRisk(0)).price).to.equal(bench.vector()[0]);
    expect(await mode()).to.be.oneOf([Mode.Recovery, Mode.ReduceOnly]);
    expect((await bench.risk.bidTime(0)) - before <= BigInt(HEARTBEAT), "no clock ran in the outage").to.equal(true);
    await bench.rounds(2);
    await expect(saved.house.flag(lost.book)).to.be.revertedWithCustomError(...error(saved.house, "NoLiquidation"));
    await saved.house.fund(saved.book, WHOLE);

    await bench.rounds(32);
    await saved.house.flag(lost.book);
    expect((await saved.house.auction(lost.book)).isFlagged).to.equal(true);
    await expect(saved.house.flag(saved.book)).to.be.revertedWithCustomError(...error(saved.house, "Healthy"));
  });

  it("no keepers: strangers flag, take, price and settle, and are paid for each", async () => {
    const { house, book } = await bench.writer(1, PUT, 9_500n * DOLLAR);
    const stranger = await bench.account(5);
    const owned = bench.house.connect(stranger);
    const dollars = await bench.room.token.getAddress();
    const free = async (): Promise<bigint> => house.freeBalance(stranger.address, dollars);
    for (const price of [2850, 2700, 2560, 2430, 2320]) {
      bench.price = price;
      await bench.rounds(8);
    }
    let earlier = await free();
    await owned.flag(book);
    expect((await free()) > earlier, "for the flag").to.equal(true);
    const into = (BigInt(stranger.address) << 96n) | (bench.quoteMarket << 64n) | (bench.expiry << 32n);
    await owned.fund(into, WHOLE);
    await bench.rounds(3);
    await owned.bid(book, into, 10n ** 18n, 0n);
    expect((await house.book(into)).legs.length, "the legs change hands").to.equal(1);

    await bench.room.moveTo(Number(bench.expiry) - 40 * 60);
    await bench.rounds(45);
    earlier = await free();
    await owned.settleExpiry(bench.quoteMarket, bench.expiry, 0n);
    expect((await free()) > earlier, "for the price").to.equal(true);
    earlier = await free();
    await owned.settleBooks([book]);
    expect((await house.book(book)).legs.length).to.equal(0);
    expect((await free()) >= earlier).to.equal(true);
    await bench.room.moveBy(HOUR / 2);
    const credited = await bench.room.pot.tipsOwed(stranger.address);
    await bench.room.router.connect(stranger).pokeWitness(0);
    expect((await bench.room.pot.tipsOwed(stranger.address)) > credited, "for the witness").to.equal(true);
  });

  it("no administrator: nobody can change anything, and an expiry is opened, priced, settled and paid", async () => {
    const owner = await bench.signer(0);
    await expect(bench.house.connect(owner).enableFeed(1)).to.be.revertedWithCustomError(
      bench.house,
      "AccessManagedUnauthorized",
    );
    await expect(bench.risk.connect(owner).guard(1, Mode.Halted, 60)).to.be.revertedWithCustomError(
      bench.risk,
      "AccessManagedUnauthorized",
    );
    const { signer, house, book } = await bench.writer(1, PUT, MARGIN);
    await bench.room.moveTo(Number(bench.expiry) - 40 * 60);
    bench.price = 2900;
    await bench.rounds(45);
    await house.settleExpiry(bench.quoteMarket, bench.expiry, 0n);
    await house.settleBooks([book]);
    const dollars = await bench.room.token.getAddress();
    const earlier = await house.freeBalance(signer.address, dollars);
    await house.redeem(bench.seriesId(PUT), 10n * DOLLAR);
    const paid = (await house.freeBalance(signer.address, dollars)) - earlier;
    expect(paid > 900n * DOLLAR && paid < 1_100n * DOLLAR, String(paid)).to.equal(true);
  });

  it("depeg: the dollar's own market tightens, another does not, and nobody is liquidated for it", async () => {
    const quote = await bench.writer(1, PUT, MARGIN);
    const coins = await bench.writer(2, { ...PUT, size: 1 }, 10n ** 10n, bench.coinMarket);
    const maintenance = async (): Promise<bigint> => (await quote.house.requirement(quote.book)).maintenance.amount;
    await bench.rounds(1);
    const [reading, before] = [(await quote.house.requirement(quote.book)).reading, await maintenance()];
    expect(reading.multiplierBps).to.equal(10_000n);
    bench.peg = 0.96;
    await bench.rounds(1);
    const cautious = (await quote.house.requirement(quote.book)).reading;
    expect([cautious.mode, cautious.multiplierBps]).to.deep.equal([Mode.Cautious, 12_500n]);
    bench.peg = 0.85;
    await bench.rounds(3);
    const drift = (await maintenance()) - before;
    expect(drift < 50n * DOLLAR && drift > -50n * DOLLAR, `maintenance moved by ${drift}`).to.equal(true);
    await expect(quote.house.mint(quote.book, bench.legs(PUT), quote.signer.address)).to.be.revertedWithCustomError(
      ...error(quote.house, "NotOpen"),
    );
    expect((await coins.house.requirement(coins.book)).reading.mode, "the coin's market").to.equal(Mode.Normal);
    await coins.house.mint(coins.book, bench.legs({ ...PUT, size: 0.5 }), coins.signer.address);
    await quote.house.burn(quote.book, bench.legs({ ...PUT, size: 5 }));
  });

  it("no settlement price: silent from before the expiry, it is priced a week later and everybody is paid", async () => {
    const { signer, house, book } = await bench.writer(1, PUT, MARGIN);
    await bench.room.moveTo(Number(bench.expiry) - 40 * 60);
    await bench.rounds(2);
    for (const wait of [2 * 60, 24 * HOUR, 72 * HOUR]) {
      await bench.room.moveTo(Number(bench.expiry) + wait + 2 * ROUND_SECONDS);
      await expect(house.settleExpiry(bench.quoteMarket, bench.expiry, 0n)).to.be.revertedWithCustomError(
        ...error(house, "NoPriceYet"),
      );
    }
    await bench.room.moveTo(Number(bench.expiry) + 7 * 24 * HOUR);
    await house.settleExpiry(bench.quoteMarket, bench.expiry, 0n);
    expect((await house.expiryState(bench.quoteMarket, bench.expiry)).price).to.equal(bench.vector()[0]);
    await house.settleBooks([book]);
    await house.redeem(bench.seriesId(PUT), 10n * DOLLAR);
    const { cash } = await house.book(book);
    await house.defund(book, cash, signer.address);
  });
});
