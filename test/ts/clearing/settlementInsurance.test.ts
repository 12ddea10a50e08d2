// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { eventOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY } from "./ClearingBench.ts";
import { CALL } from "./settlementTools.ts";

describe("Settlement ladder: insurance and tips", () => {
  /** Four expiries a day apart, with one call open in all of them but the third. */
  async function four() {
    const bench = await ClearingBench.create();
    await bench.insure(800_000);
    const writer = await bench.account(1);
    const house = bench.house.connect(writer);
    const expiries = [0n, 1n, 2n, 3n].map((days) => bench.expiry + days * BigInt(DAY));
    for (const [index, expiry] of expiries.entries()) {
      const book = bench.bookId(writer.address, 0n, bench.quoteMarket, expiry);
      await house.fund(book, 4_000n * UNIT);
      await house.mint(book, bench.legs({ ...CALL, size: 1 }), writer.address);
      if (index === 2) await house.burn(book, bench.legs({ ...CALL, size: 1 }));
    }
    const insurance = 800_000n * UNIT + 4n * 240_000n;
    return { bench, expiries, insurance };
  }

  it("expiries close in the order of T, each with half of what is unreserved, whichever is settled first (finding 17)", async () => {
    const { bench, expiries, insurance } = await four();
    await bench.mark(expiries[3]!, 3_100);
    await bench.at(expiries[3]! + 120n);

    const receipt = await (await bench.house.settleExpiry(bench.quoteMarket, expiries[3]!, 0)).wait();

    const closed = receipt!.logs
      .map((entry) => bench.house.interface.parseLog(entry))
      .filter((entry) => entry?.name === "InsuranceSetAside")
      .map((entry) => [entry!.args.expiry as bigint, entry!.args.reserved as bigint]);
    expect(closed).to.deep.equal([
      [expiries[0], insurance / 2n],
      [expiries[1], insurance / 4n],
      [expiries[2], 0n], // nothing is open there
      [expiries[3], insurance / 8n],
    ]);
    // Settling the older ones later sets nothing aside a second time.
    await bench.mark(expiries[0]!, 3_100);
    const late = await (await bench.house.settleExpiry(bench.quoteMarket, expiries[0]!, 0)).wait();
    expect(late!.logs.map((entry) => bench.house.interface.parseLog(entry)?.name)).to.not.include("InsuranceSetAside");
  });

  it("fees moved to the rewards a second before the expiry leave whoever prices it his tip (law 9)", async () => {
    const { bench, expiries } = await four();
    const keeper = await bench.signer(7);
    await bench.mark(expiries[0]!, 3_000);
    await bench.at(expiries[0]! + 119n);
    await bench.house.moveFees(bench.quoteMarket);
    await bench.house.connect(keeper).settleExpiry(bench.quoteMarket, expiries[0]!, 0);
    expect(await bench.house.freeBalance(keeper.address, bench.dollar), "60 % of 60 cents").to.equal(360_000n);
    expect(await bench.house.freeBalance(bench.pot, bench.dollar), "four tips were kept of 1.44 dollars").to.equal(0n);
  });

  it("a tip for pricing is at most what the expiry itself earned: opening to settle costs more than it pays (finding 34)", async () => {
    const { bench, expiries } = await four();
    const attacker = await bench.account(6);
    const house = bench.house.connect(attacker);
    const expiry = expiries[3]! + BigInt(DAY);
    const book = bench.bookId(attacker.address, 0n, bench.quoteMarket, expiry);
    const before = await bench.house.freeBalance(attacker.address, bench.dollar);
    await house.fund(book, 70n * UNIT);
    await house.mint(book, bench.legs({ ...CALL, size: 0.06 }), attacker.address);
    await bench.mark(expiry, 3_000);
    await bench.at(expiry + 120n);

    const { tip } = await eventOf(bench, house.settleExpiry(bench.quoteMarket, expiry, 0), "ExpirySettled");
    await house.settleBooks([book]);
    await house.defund(book, (await bench.house.book(book)).cash, attacker.address);

    expect(tip, "60 % of 36,000 units, though others paid more fees").to.equal(21_600n);
    const after = await bench.house.freeBalance(attacker.address, bench.dollar);
    expect(after - before, "the insurance's 40 % is gone").to.equal(-14_400n);
  });
});
