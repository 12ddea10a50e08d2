// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { dollarsOf, eventOf, fillOf, priceAt, quoteOf, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY, Kind, OPTION, readingAt } from "./ClearingBench.ts";

const PUT = { strike: 3000, isCall: false, size: 1 };
const PAYOFF = 1_500n * UNIT; // of one put at 1,500

/**
 * A market with next to no insurance. A is funded to maximum loss and wrote seven puts, B holds initial margin for three;
 * a holder has all ten. The price halves, so that B cannot pay.
 */
async function gap(hedge = false) {
  const bench = await ClearingBench.create();
  await bench.risk.set(readingAt(3000, { lossShareBps: 0n }));
  const [a, b, holder] = [await bench.account(1), await bench.account(2), await bench.account(3)];
  const [bookA, bookB] = [bench.bookId(a.address), bench.bookId(b.address)];
  await bench.house.connect(a).fund(bookA, 22_000n * UNIT);
  await bench.house.connect(b).fund(bookB, 3_000n * UNIT);
  await bench.house.connect(a).mint(bookA, bench.legs({ ...PUT, size: 7 }), holder.address);
  await bench.house.connect(b).mint(bookB, bench.legs({ ...PUT, size: 3 }), holder.address);
  if (hedge) {
    await bench.house.connect(a).mint(bookA, bench.legs({ strike: 1800, isCall: false, size: 2 }), b.address);
    await bench.house.connect(b).depositLong(bookB, bench.seriesId({ strike: 1800, isCall: false }), 2n * OPTION);
  }
  return { bench, a, b, holder, bookA, bookB };
}

/** What one long is worth of its payoff, once everything is settled: collected over claims, in ledger units of a put. */
async function worthOfPut(bench: ClearingBench): Promise<bigint> {
  const { collected, claimsUp } = await bench.house.expiryState(bench.quoteMarket, bench.expiry);
  return (PAYOFF * collected) / claimsUp;
}

describe("Attacks at expiry: netting bought claims (design review, finding 5)", () => {
  it("a writer who buys impaired longs after T cannot net them at par: gain 0, and others are paid the same", async () => {
    const { bench, a, holder, bookA, bookB } = await gap();
    await priceAt(bench, 1_500);
    await bench.house.settleBooks([bookB]);
    const house = bench.house.connect(a);

    // 1. A sees that B failed: a long is worth less than its payoff. 2. A buys five of the holder's ten at that price.
    await bench.house.connect(holder).transfer(a.address, bench.seriesId(PUT), 5n * OPTION);
    // 3. A tries every way to set them against its own shorts.
    for (const net of [
      async () => house.burn(bookA, bench.legs({ ...PUT, size: 5 })),
      async () => house.depositLong(bookA, bench.seriesId(PUT), 5n * OPTION),
      async () => house.mint(bookA, bench.legs({ ...PUT, size: 5 }), a.address),
      async () => house.transferBook(bookA, a.address, 9n),
    ]) {
      await expect(net()).to.be.revertedWithCustomError(house, "Clearinghouse_Expired");
    }
    const quote = quoteOf(bench, holder.address, [{ ...PUT, size: -1 }]);
    const fill = await fillOf(bench, holder, a.address, quote);
    await expect(house.fillQuotes([fill])).to.be.revertedWithCustomError(house, "Clearinghouse_Expired");
    // 4. A settles, and redeems what it bought like everybody else.
    await bench.house.settleBooks([bookA]);
    const worth = await worthOfPut(bench);
    const before = await dollarsOf(bench, [a.address]);
    await house.redeem(bench.seriesId(PUT), 5n * OPTION);
    const gain = (await dollarsOf(bench, [a.address])) - before - 5n * worth;
    expect(gain, "what was redeemed less what it cost").to.be.within(-5n, 5n);

    const theirs = await dollarsOf(bench, [holder.address]);
    await bench.house.connect(holder).redeem(bench.seriesId(PUT), 5n * OPTION);
    expect((await dollarsOf(bench, [holder.address])) - theirs, "the same as A").to.be.within(
      5n * worth - 5n,
      5n * worth + 5n,
    );
    expect(worth * 100n, "B's failure costs every holder alike").to.be.within(PAYOFF * 70n, PAYOFF * 95n);
  });

  it("before T the door stays open, by law 1: closing at par lowers the index of the rest (finding 48, a remainder)", async () => {
    const { bench, a, holder, bookA, bookB } = await gap();
    await bench.house.connect(holder).transfer(a.address, bench.seriesId(PUT), 5n * OPTION);
    await bench.house.connect(a).burn(bookA, bench.legs({ ...PUT, size: 5 }));
    await priceAt(bench, 1_500);
    await bench.house.settleBooks([bookA, bookB]);
    const { collected, claimsUp, drawn } = await bench.house.expiryState(bench.quoteMarket, bench.expiry);
    expect(claimsUp).to.equal(5n * PAYOFF);
    // What B lacks is shared by five longs instead of ten, and by nobody outside the expiry.
    const cashOfB = 3_000n * UNIT - 1_800_000n - UNIT;
    expect(collected - drawn).to.equal(2n * PAYOFF + cashOfB);
  });
});

describe("Attacks at expiry: receipts follow their owner (design review, finding 18)", () => {
  type Step = "first redeems one" | "hands four on" | "second redeems four" | "first redeems five" | "A" | "B";

  /** Ten longs: one redeemed early, five later, four handed to another. Then everything is topped up. */
  async function play(steps: Step[]) {
    const { bench, holder, bookA, bookB } = await gap();
    const second = await bench.account(4, 0, 0);
    await priceAt(bench, 1_500);
    const id = bench.seriesId(PUT);
    const [one, two] = [bench.house.connect(holder), bench.house.connect(second)];
    const before = await dollarsOf(bench, [holder.address]);
    for (const step of steps) {
      if (step === "first redeems one") await one.redeem(id, OPTION);
      if (step === "hands four on") await one.transfer(second.address, id, 4n * OPTION);
      if (step === "second redeems four") await two.redeem(id, 4n * OPTION);
      if (step === "first redeems five") await one.redeem(id, 5n * OPTION);
      if (step === "A") await bench.house.settleBooks([bookA]);
      if (step === "B") await bench.house.settleBooks([bookB]);
    }
    for (const house of [one, two, one]) await house.redeem(id, 0n);
    const { collected, claimsUp } = await bench.house.expiryState(bench.quoteMarket, bench.expiry);
    return {
      paid: [(await dollarsOf(bench, [holder.address])) - before, await dollarsOf(bench, [second.address])],
      due: [6n, 4n].map((puts) => (puts * PAYOFF * collected) / claimsUp),
      collected,
    };
  }

  for (const steps of [
    ["A", "B", "first redeems one", "hands four on", "second redeems four", "first redeems five"],
    ["A", "first redeems one", "hands four on", "B", "second redeems four", "first redeems five"],
    ["first redeems one", "hands four on", "second redeems four", "first redeems five", "B", "A"],
    ["B", "hands four on", "second redeems four", "A", "first redeems five", "first redeems one"],
    ["hands four on", "first redeems five", "A", "first redeems one", "second redeems four", "B"],
    ["first redeems one", "B", "first redeems five", "hands four on", "A", "second redeems four"],
  ] satisfies Step[][]) {
    it(`pays everybody the same in this order: ${steps.join(", ")}`, async () => {
      const { paid, due, collected } = await play(steps);
      expect(paid).to.deep.equal(due);
      expect(paid[0]! + paid[1]! <= collected, "never more than came in").to.equal(true);
    });
  }
});

describe("Attacks at expiry: splitting books (design review, findings 40 and 50)", () => {
  for (const [name, when] of [
    ["before the price", false],
    ["after the price", true],
  ] as const) {
    it(`a failing book split after T, ${name}, pays its holders what it did whole, and its owner nothing`, async () => {
      const outcome = async (isSplit: boolean) => {
        const { bench, b, holder, bookA, bookB } = await gap(true);
        const books = [bookA, bookB];
        if (when) await priceAt(bench, 1_500);
        else await bench.at(bench.expiry + 1n);
        if (isSplit) {
          for (const [numerator, denominator] of [
            [1n, 3n],
            [1n, 7n],
          ] as const) {
            books.push(await bench.house.nextSplit(bookB, b.address));
            await bench.house.connect(b).splitBook(bookB, b.address, numerator, denominator);
          }
        }
        if (!when) await priceAt(bench, 1_500);
        await bench.house.settleBooks(books);
        const before = await dollarsOf(bench, [holder.address]);
        await bench.house.connect(holder).redeem(bench.seriesId(PUT), 10n * OPTION);
        return {
          holder: (await dollarsOf(bench, [holder.address])) - before,
          owner: await dollarsOf(bench, [b.address], books.slice(1)),
        };
      };
      const [whole, split] = [await outcome(false), await outcome(true)];
      // Parts round down, one unit of a put here and there; a debt is rounded up once per part.
      expect(split.holder - whole.holder, "holders").to.be.within(-20_000n, 20_000n);
      expect(split.owner - whole.owner, "the owner's gain").to.be.within(-20_000n, 0n);
    });
  }

  it("splitting may lower what is asked, never what can be lost: each part stands alone (finding 50, a remainder)", async () => {
    const { bench } = await gap();
    const view = async (...legs: { strike: number; size: number }[]) => {
      const seen = await bench.house.requirementOf(
        bench.quoteMarket,
        bench.expiry,
        legs.map(({ strike, size }) => ({ strike: strike * 1e4, isCall: false, size: BigInt(size) * OPTION })),
      );
      return seen.initial;
    };
    const spread = [
      { strike: 3000, size: -1 },
      { strike: 2900, size: 1 },
    ];
    const naked = [{ strike: 2500, size: -1 }];
    const [one, other, both] = [await view(...spread), await view(...naked), await view(...spread, ...naked)];
    // The spread apart is held at its maximum loss, beside the short it counts for the floor on notional.
    expect(one.amount, "the spread's width").to.equal(one.maximumLoss);
    expect(both.amount > one.amount + other.amount, "what is asked").to.equal(true);
    expect(both.cost <= one.cost + other.cost, "stress and floor are subadditive").to.equal(true);
    expect(both.maximumLoss <= one.maximumLoss + other.maximumLoss, "so is maximum loss").to.equal(true);
  });
});

describe("Attacks at expiry: insurance (design review, findings 3, 15, 17, 49)", () => {
  /** Two expiries with one underwater put each, against 1,000 dollars of insurance. */
  async function twoDeficits() {
    const bench = await ClearingBench.create();
    await bench.insure(1_000);
    await bench.risk.set(readingAt(3000, { lossShareBps: 1n }));
    const [writer, holder] = [await bench.account(1), await bench.account(3)];
    const later = bench.expiry + BigInt(DAY);
    const books = [bench.expiry, later].map((expiry) => bench.bookId(writer.address, 0n, bench.quoteMarket, expiry));
    for (const id of books) {
      await bench.house.connect(writer).fund(id, 1_000n * UNIT);
      await bench.house.connect(writer).mint(id, bench.legs(PUT), holder.address);
    }
    return { bench, later, books };
  }

  it("two expiries that both lack more than there is get a half and a quarter, whichever settles first", async () => {
    const drawn = async (isLaterFirst: boolean): Promise<bigint[]> => {
      const { bench, later, books } = await twoDeficits();
      await bench.mark(bench.expiry, 900);
      await bench.mark(later, 900);
      await bench.at(later + 120n);
      const order = isLaterFirst ? [later, bench.expiry] : [bench.expiry, later];
      for (const expiry of order) {
        await bench.house.settleExpiry(bench.quoteMarket, expiry, 0);
        await bench.house.settleBooks([books[expiry === later ? 1 : 0]!]);
      }
      const states = [bench.expiry, later].map(async (expiry) => bench.house.expiryState(bench.quoteMarket, expiry));
      return (await Promise.all(states)).map((state) => state.drawn);
    };
    const insurance = 1_000n * UNIT + 2n * 240_000n;
    const [first, second] = await drawn(true);
    expect([first, second]).to.deep.equal([insurance / 2n, insurance / 4n]);
    // With the first one settled before the second closes, what it drew is gone: the second has half of the rest.
    expect(await drawn(false)).to.deep.equal([insurance / 2n, insurance / 4n]);
  });

  it("both sides in one hand take at most half of the market's insurance, and nothing of another market's", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(1_000);
    await bench.risk.set(readingAt(3000, { lossShareBps: 1n }));
    const other = await bench.account(9);
    await bench.house.connect(other).fundInsurance(bench.coinMarket, 50n * 10n ** 9n);
    const [writer, holder] = [await bench.account(1), await bench.account(2)];
    const book = bench.bookId(writer.address);
    const before = await dollarsOf(bench, [writer.address, holder.address], [book]);
    await bench.house.connect(writer).fund(book, 20_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ ...PUT, size: 20 }), holder.address);
    await priceAt(bench, 600);
    await bench.house.settleBooks([book]);
    await bench.house.connect(holder).redeem(bench.seriesId(PUT), 20n * OPTION);

    const gain = (await dollarsOf(bench, [writer.address, holder.address], [book])) - before;
    const fee = 12n * UNIT;
    const insurance = 1_000n * UNIT + (fee * 2n) / 5n;
    expect(gain <= insurance / 2n, `gain ${gain} of ${insurance}`).to.equal(true);
    expect((await bench.house.marketState(bench.quoteMarket)).insurance).to.equal(insurance - insurance / 2n);
    expect((await bench.house.marketState(bench.coinMarket)).insurance, "the other market").to.equal(50n * 10n ** 9n);
  });

  it("a market of the attacker's own draws on its own insurance alone, and its insurer is never called", async () => {
    const bench = await ClearingBench.create();
    await bench.insure(1_000_000);
    const attacker = await bench.account(1);
    const house = bench.house.connect(attacker);
    const params = {
      collateral: await bench.dollar.getAddress(),
      kind: Kind.Quote,
      feed: 0n,
      risk: await bench.risk.getAddress(),
      parameterSet: 0n,
      insurer: attacker.address,
    };
    // 1. A feed, a risk contract, a token or parameters of his own are refused.
    for (const change of [{ feed: 5n }, { risk: bench.pot }, { collateral: bench.pot }, { parameterSet: 7n }]) {
      await expect(house.createMarket({ ...params, ...change })).to.be.revertedWithCustomError(
        house,
        "Clearinghouse_NotEnabled",
      );
    }
    // 2. What is enabled he may put together, with an insurer that answers nothing but failure.
    await bench.connection.ethers.provider.send("hardhat_setCode", [bench.pot, "0xfe"]);
    const { market } = await eventOf(bench, house.createMarket({ ...params, insurer: bench.pot }), "MarketCreated");
    // 3. He insures it with a dollar, writes to himself and defaults.
    await house.fundInsurance(market as bigint, 100n * UNIT);
    await bench.risk.set(readingAt(3000, { lossShareBps: 1n }));
    const id = bench.bookId(attacker.address, 0n, market as bigint);
    await house.fund(id, 1_000n * UNIT);
    await house.mint(id, bench.legs(PUT), attacker.address);
    await priceAt(bench, 600, market as bigint);
    await house.settleBooks([id]);

    const { drawn } = await bench.house.expiryState(market as bigint, bench.expiry);
    expect(drawn, "half of his own dollars and fee").to.equal((100n * UNIT + 240_000n) / 2n);
    const honest = await bench.house.marketState(bench.quoteMarket);
    expect([honest.insurance, honest.reserved], "of the honest market").to.deep.equal([1_000_000n * UNIT, 0n]);
  });
});
