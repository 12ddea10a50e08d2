// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { dollarsOf, eventOf, fillOf, quoteOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY, Failure, Mode, OPTION, PARAMETERS, readingAt } from "./ClearingBench.ts";

const CALL = { strike: 3000, isCall: true, size: 1 };
const PUT = { strike: 3000, isCall: false, size: 1 };

/** A victim with a funded book of one call sold and a long put, and an attacker with money. */
async function victim() {
  const bench = await ClearingBench.create();
  await bench.insure(1_000_000);
  const [owner, attacker] = [await bench.account(1), await bench.account(2)];
  const book = bench.bookId(owner.address);
  const house = bench.house.connect(owner);
  await house.fund(book, 10_000n * UNIT);
  await house.mint(book, bench.legs(CALL), attacker.address);
  const written = bench.bookId(attacker.address);
  await bench.house.connect(attacker).fund(written, 10_000n * UNIT);
  await bench.house.connect(attacker).mint(written, bench.legs(PUT), owner.address);
  await house.depositLong(book, bench.seriesId(PUT), OPTION / 2n);
  return { bench, owner, attacker, book, house, theirs: bench.house.connect(attacker) };
}

describe("Attacks on access: operators and managers (design review, finding 14)", () => {
  it("a venue approved for longs moves longs, and no cash, book, leg or quote", async () => {
    const { bench, owner, attacker, book, house, theirs } = await victim();
    await house.setOperator(attacker.address, true);
    const before = await dollarsOf(bench, [owner.address], [book]);
    const id = bench.seriesId(PUT);
    const quote = quoteOf(bench, attacker.address, [{ ...CALL, size: -1 }]);
    const fill = await fillOf(bench, attacker, owner.address, quote);
    for (const [name, attack] of [
      ["mint", async () => theirs.mint(book, bench.legs(CALL), attacker.address)],
      ["burn", async () => theirs.burn(book, bench.legs(CALL))],
      ["defund to himself", async () => theirs.defund(book, 1n, attacker.address)],
      ["defund to the owner", async () => theirs.defund(book, 1n, owner.address)],
      ["withdraw a long to himself", async () => theirs.withdrawLong(book, id, 1n, attacker.address)],
      ["deposit a long", async () => theirs.depositLong(book, id, 1n)],
      ["split", async () => theirs.splitBook(book, attacker.address, 1n, 2n)],
      ["hand over", async () => theirs.transferBook(book, attacker.address, 1n)],
      ["take a quote for him", async () => theirs.fillQuotes([fill])],
    ] as const) {
      await expect(attack(), name).to.be.revertedWithCustomError(house, "Clearinghouse_Unauthorized");
    }
    expect(await dollarsOf(bench, [owner.address], [book]), "nothing moved").to.equal(before);
    await theirs.transferFrom(owner.address, attacker.address, id, OPTION / 2n);
  });

  it("a manager with every right takes cash and longs out to the owner alone, and gives no book away", async () => {
    const { bench, owner, attacker, book, house, theirs } = await victim();
    await house.setManager(attacker.address, 7n);
    const id = bench.seriesId(PUT);
    for (const attack of [
      async () => theirs.defund(book, UNIT, attacker.address),
      async () => theirs.withdrawLong(book, id, 1n, attacker.address),
      async () => theirs.mint(book, bench.legs({ ...CALL, size: 1 }), attacker.address),
      async () => theirs.splitBook(book, attacker.address, 1n, 2n),
      async () => theirs.transferBook(book, attacker.address, 1n),
    ]) {
      await expect(attack()).to.be.revertedWithCustomError(house, "Clearinghouse_Unauthorized");
    }
    await theirs.defund(book, UNIT, owner.address);
    await theirs.withdrawLong(book, id, 1n, owner.address);
    expect(await house.balanceOf(owner.address, id)).to.equal(OPTION / 2n + 1n);
    await house.setManager(attacker.address, 0n);
    await expect(theirs.defund(book, 1n, owner.address), "taken back").to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
  });
});

describe("Attacks on access: pushing things into a book (design review, finding 24)", () => {
  it("a stranger puts in cash and nothing else; his legs and books stay outside", async () => {
    const { bench, owner, attacker, book, house, theirs } = await victim();
    const legs = (await house.book(book)).legs.length;
    await expect(theirs.depositLong(book, bench.seriesId(CALL), OPTION)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unauthorized",
    );
    const own = bench.bookId(attacker.address);
    for (const push of [
      async () => theirs.transferBook(own, owner.address, 7n),
      async () => theirs.splitBook(own, owner.address, 1n, 2n),
    ]) {
      await expect(push()).to.be.revertedWithCustomError(house, "Clearinghouse_Unauthorized");
    }
    await theirs.fund(book, UNIT);
    expect((await house.book(book)).legs.length).to.equal(legs);
    await house.defund(book, UNIT, owner.address);
  });
});

describe("Attacks on access: one's own signature", () => {
  it("many tiny fills round the maker's premium to his favour, never to nothing (finding 32)", async () => {
    const { bench, owner, attacker, house, theirs } = await victim();
    const sellers = bench.bookId(owner.address);
    // Half a long put of the victim for 10 units a piece; the taker takes sixteen crumbs of a millionth.
    const quote = quoteOf(bench, owner.address, [{ ...PUT, size: -1 }], { premium: 100n * UNIT, size: OPTION });
    const before = (await house.book(sellers)).cash;
    const crumbs = await Promise.all(
      Array.from({ length: 16 }, async () => fillOf(bench, owner, attacker.address, quote, 1n)),
    );
    await theirs.fillQuotes(crumbs);
    expect((await house.book(sellers)).cash - before, "a hundred units each").to.equal(1_600n);

    const cheap = quoteOf(bench, owner.address, [{ ...PUT, size: -1 }], { premium: 1n, size: OPTION, nonce: 2n });
    const mid = (await house.book(sellers)).cash;
    await theirs.fillQuotes([
      await fillOf(bench, owner, attacker.address, cheap, 1n),
      await fillOf(bench, owner, attacker.address, cheap, 1n),
    ]);
    expect((await house.book(sellers)).cash - mid, "one unit each, not a millionth").to.equal(2n);
  });

  it("filling the cap with trades between one's own hands costs 2 bp each time and frees on closing (finding 36)", async () => {
    const { bench, attacker, theirs } = await victim();
    await bench.risk.set(readingAt(3000, { notionalCap: 3_000_000n })); // 30,000 dollars
    const own = bench.bookId(attacker.address, 5n);
    await theirs.fund(own, 60_000n * UNIT);
    const before = await dollarsOf(bench, [attacker.address], [own]);
    await theirs.mint(own, bench.legs({ ...CALL, size: 8 }), attacker.address);
    await expect(theirs.mint(own, bench.legs(CALL), attacker.address)).to.be.revertedWithCustomError(
      theirs,
      "Clearinghouse_CapReached",
    );
    await theirs.burn(own, bench.legs({ ...CALL, size: 8 }));
    expect((await dollarsOf(bench, [attacker.address], [own])) - before, "8 · 3,000 · 2 bp").to.equal(-4_800_000n);
    await theirs.mint(own, bench.legs(CALL), attacker.address);
  });
});

describe("Attacks on markets", () => {
  it("a coin market lends nothing on a naked call: its loss is a whole coin (finding 1)", async () => {
    const bench = await ClearingBench.create();
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    const coin = 10n ** 9n;
    await house.fundInsurance(bench.coinMarket, 100n * coin);
    const book = bench.bookId(attacker.address, 0n, bench.coinMarket);
    await house.fund(book, coin / 100n);
    await expect(house.mint(book, bench.legs(CALL), attacker.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unhealthy",
    );
    await house.fund(book, 2n * coin);
    await house.mint(book, bench.legs(CALL), attacker.address);
    expect(await house.maxLoss(book)).to.equal(coin);
    await bench.risk.set(readingAt(3000, { mode: Mode.Halted, opens: false }));
    const { cash } = await house.book(book);
    await expect(house.defund(book, cash - coin + 1n, attacker.address)).to.be.revertedWithCustomError(
      house,
      "Clearinghouse_Unhealthy",
    );
    await house.defund(book, cash - coin, attacker.address);
  });

  it("strikes and expiries are no spam: a place costs dust of margin, and an empty one is free again (finding 22)", async () => {
    const { bench, attacker, theirs } = await victim();
    const own = bench.bookId(attacker.address, 5n);
    await theirs.fund(own, 1_000n * UNIT);
    await expect(
      theirs.mint(own, bench.legs({ ...CALL, size: 0.001 }), attacker.address),
      "a crumb",
    ).to.be.revertedWithCustomError(theirs, "Clearinghouse_Dust");
    for (const strike of [1_150, 7_550]) {
      await expect(
        theirs.mint(own, bench.legs({ ...CALL, strike, size: 0.1 }), attacker.address),
        "outside the fence",
      ).to.be.revertedWithCustomError(theirs, "Clearinghouse_BadStrike");
    }
    const live = async () => (await bench.house.liveSeries(bench.quoteMarket, bench.expiry)).length;
    const before = await live();
    await theirs.mint(own, bench.legs({ ...CALL, strike: 3_500, size: 0.2 }), attacker.address);
    expect(await live()).to.equal(before + 1);
    await theirs.burn(own, bench.legs({ ...CALL, strike: 3_500, size: 0.2 }));
    expect(await live()).to.equal(before);
  });

  it("a sunset market is empty 97 days later, with oracle and breaker dead from the first day (finding 23)", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(1_000_000);
    const [owner, holder] = [await bench.account(1), await bench.account(2)];
    const now = BigInt((await bench.connection.ethers.provider.getBlock("latest"))!.timestamp);
    const latest = bench.expiry + ((now + 90n * BigInt(DAY) - bench.expiry) / BigInt(DAY)) * BigInt(DAY);
    const book = bench.bookId(owner.address, 0n, bench.quoteMarket, latest);
    const house = bench.house.connect(owner);
    await house.fund(book, 4_000n * UNIT);
    await house.mint(book, bench.legs({ ...PUT, strike: 3_200 }), holder.address);
    await bench.house.sunset(bench.quoteMarket);
    await bench.risk.fail(Failure.Reverts);
    await bench.marks.setFailure(true, false);
    await bench.at(now + 97n * BigInt(DAY));

    await house.settleExpiry(bench.quoteMarket, latest, 0);
    await house.settleBooks([book]);
    const put = bench.seriesId({ ...PUT, strike: 3_200 }, bench.quoteMarket, latest);
    const { paid } = await eventOf(bench, bench.house.connect(holder).redeem(put, OPTION), "Redeemed");
    expect(paid).to.equal(200n * UNIT);
    await house.defund(book, (await house.book(book)).cash, owner.address);
  });

  it("governance enables no parameters under which margin is no bound (findings 20, 26)", async () => {
    const { house } = await ClearingBench.create();
    for (const [which, change] of [
      [0n, { initialShockBps: 8_001n }], // with uncertainty the interval stays within 90 %
      [0n, { initialShockBps: 499n }],
      [1n, { maintenanceShockBps: PARAMETERS.initialShockBps + 1n }],
      [2n, { initialFloorBps: 5_001n }],
      [3n, { maintenanceFloorBps: PARAMETERS.initialFloorBps + 1n }],
      [4n, { capBps: 9_999n }], // time value would pass the cap
      [4n, { capBps: 20_001n }], // c/3 would credit more than a long is worth
      [5n, { mintFee: 201n }],
      [6n, { expiryCapPercent: 101n }],
      [7n, { strikeStep: 0n }],
      [8n, { minimumSize: 0n }],
    ] as const) {
      await expect(house.enableParameters({ ...PARAMETERS, ...change }), JSON.stringify(Object.keys(change)))
        .to.be.revertedWithCustomError(house, "Clearinghouse_BadParameters")
        .withArgs(
          which,
          Object.values(change)[0],
          (value: bigint) => value >= 0n,
          (value: bigint) => value > 0n,
        );
    }
  });

  it("no function takes ether, and every module called directly finds nothing to move (finding 33)", async () => {
    const { bench, attacker, book } = await victim();
    const payable = bench.house.interface.fragments.filter((fragment) => "payable" in fragment && fragment.payable);
    expect(payable).to.deep.equal([]);
    for (const module of [
      await bench.house.bookModule(),
      await bench.house.moveModule(),
      await bench.house.fillModule(),
      await bench.house.settlementModule(),
    ]) {
      const direct = bench.house.attach(module).connect(attacker) as typeof bench.house;
      await expect(direct.fund(book, UNIT, { gasLimit: 1_000_000 })).to.revert(bench.connection.ethers);
      await expect(direct.defund(book, UNIT, attacker.address, { gasLimit: 1_000_000 })).to.revert(
        bench.connection.ethers,
      );
    }
  });
});
