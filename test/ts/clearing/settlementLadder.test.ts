// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Wallet } from "ethers";

import { eventOf, HOUR, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY } from "./ClearingBench.ts";

const HALF_HOUR = 1_800n;
const WEEK = 7n * BigInt(DAY);
const CALL = { strike: 3000, isCall: true, size: 2 };
const Rung = { Window: 1n, Thin: 2n, Signed: 3n, Witnessed: 4n, Line: 5n, Witnesses: 6n, Last: 7n, Kept: 8n } as const;
const GAS = { gasLimit: 16_000_000 };

interface Posting {
  readonly price?: number;
  readonly setId?: number;
  /** What is signed in place of what is posted. */
  readonly change?: object;
  readonly domain?: object;
}

interface Priced {
  readonly rung: bigint;
  readonly price: bigint;
}

/** Two calls at 3,000 in a funded book, the longs with the buyer. */
async function sold(): Promise<ClearingBench> {
  const bench = await ClearingBench.create();
  await bench.insure(1_000_000);
  const [writer, buyer] = [await bench.account(1), await bench.account(2)];
  const book = bench.bookId(writer.address);
  await bench.house.connect(writer).fund(book, 10_000n * UNIT);
  await bench.house.connect(writer).mint(book, bench.legs(CALL), buyer.address);
  return bench;
}

/** Settles in a block of exactly `seconds` after the expiry; undefined while no rung has a price. */
async function settle(bench: ClearingBench, seconds: bigint, after = 0n): Promise<Priced | undefined> {
  await next(bench, seconds);
  try {
    const args = await eventOf(
      bench,
      bench.house.settleExpiry(bench.quoteMarket, bench.expiry, after, GAS),
      "ExpirySettled",
    );
    return { rung: args.rung as bigint, price: args.price as bigint };
  } catch (error) {
    if (String(error).includes("Clearinghouse_NoPriceYet")) return undefined;
    throw error;
  }
}

/** The next block comes `seconds` after the expiry. */
async function next(bench: ClearingBench, seconds: bigint): Promise<void> {
  await bench.connection.ethers.provider.send("evm_setNextBlockTimestamp", [Number(bench.expiry + seconds)]);
}

/** Scripts what source `source` says in round 7: by default it holds over the expiry. */
async function script(
  bench: ClearingBench,
  source: number,
  dollars: number,
  updated = -60n,
  successor = 60n,
): Promise<void> {
  await bench.marks.setWitness(0, source, 7, {
    price: BigInt(Math.round(dollars * 1e8)),
    updatedAt: bench.expiry + updated,
    nextUpdatedAt: bench.expiry + successor,
  });
}

async function witnesses(bench: ClearingBench, dollars: readonly number[]): Promise<void> {
  await bench.at(bench.expiry + HOUR);
  for (const [source, price] of dollars.entries()) {
    await script(bench, source, price);
    await bench.house.recordWitness(0, bench.expiry, source, 7);
  }
}

const dollars = (price: number): bigint => BigInt(Math.round(price * 1e8));

describe("Settlement ladder: the second each rung opens", () => {
  for (const [name, coverage, opens, rung] of [
    ["four fifths of a clean window", 1_440n, 120n, Rung.Window],
    ["less than four fifths", 1_439n, 2n * HOUR, Rung.Thin],
    ["exactly a fifth", 360n, 2n * HOUR, Rung.Thin],
  ] as const) {
    it(`${name}: rung ${rung} from T + ${opens} s and not a second before`, async () => {
      const bench = await sold();
      await bench.mark(bench.expiry, 3_400, { coverage });
      expect(await settle(bench, opens - 1n)).to.equal(undefined);
      expect(await settle(bench, opens)).to.deep.equal({ rung, price: dollars(3_400) });
    });
  }

  it("a dirty window its witness confirms: from T + 24 h", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_400, { quarantined: true });
    await witnesses(bench, [3_400]);
    expect(await settle(bench, 24n * HOUR - 1n)).to.equal(undefined);
    expect(await settle(bench, 24n * HOUR)).to.deep.equal({ rung: Rung.Witnessed, price: dollars(3_400) });
  });

  it("the line over an outage: from T + 24 h, at the expiry's place on it", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage: 359n, round: (bench.expiry - HOUR) / 15n });
    await bench.mark(bench.expiry + 3n * HOUR, 3_400, { previousBoundary: bench.expiry });
    await bench.marks.setLatest(dollars(3_500), bench.expiry + 5n * HOUR);
    const after = bench.expiry + 3n * HOUR;
    expect(await settle(bench, 24n * HOUR - 1n, after)).to.equal(undefined);
    // An hour before and three hours after: a quarter of the way from 3,000 to 3,400.
    expect(await settle(bench, 24n * HOUR, after)).to.deep.equal({ rung: Rung.Line, price: dollars(3_100) });
  });

  it("witnesses and last median: from T + 72 h", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 9_000, { halted: true });
    await witnesses(bench, [3_000, 3_100]);
    expect(await settle(bench, 72n * HOUR - 1n)).to.equal(undefined);
    expect(await settle(bench, 72n * HOUR)).to.deep.equal({ rung: Rung.Witnesses, price: dollars(3_100) });
  });

  it("last median: from T + 7 d", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_200, { halted: true });
    expect(await settle(bench, WEEK - 1n)).to.equal(undefined);
    expect(await settle(bench, WEEK)).to.deep.equal({ rung: Rung.Last, price: dollars(3_200) });
  });

  for (const [name, fail] of [
    ["reverts", async (bench: ClearingBench) => bench.marks.setFailure(true, false)],
    ["burns all gas", async (bench: ClearingBench) => bench.marks.setFailure(false, true)],
    ["answers one word", async (bench: ClearingBench) => bench.marks.setShortAnswers(true)],
    ["knows no price at all", async () => undefined],
  ] as const) {
    it(`an oracle that ${name}: the price of the last opening from T + 7 d`, async () => {
      const bench = await sold();
      await fail(bench);
      await next(bench, WEEK - 1n);
      await expect(bench.house.settleExpiry(bench.quoteMarket, bench.expiry, 0, GAS)).to.revert(
        bench.connection.ethers,
      );
      expect(await settle(bench, WEEK)).to.deep.equal({ rung: Rung.Kept, price: dollars(3_000) });
    });
  }
});

describe("Settlement ladder: dirty windows (design review, finding 7)", () => {
  for (const [name, change] of [
    ["saw a quarantine", { quarantined: true }],
    ["saw a Halted trigger", { halted: true }],
    ["was divergent for more than a fifth", { divergentSeconds: 361n }],
  ] as const) {
    it(`a mean that ${name} never settles on its own word: ×80 for five minutes takes nobody's money`, async () => {
      const bench = await sold();
      // Five of thirty minutes at eighty times 3,000 make a mean of 14 times the price.
      const mean = (25 * 3_000 + 5 * 240_000) / 30;
      await bench.mark(bench.expiry, mean, change);
      for (const seconds of [120n, 2n * HOUR]) expect(await settle(bench, seconds)).to.equal(undefined);
      await script(bench, 0, 3_000);
      await script(bench, 1, 3_010);
      for (const source of [0, 1]) await bench.house.recordWitness(0, bench.expiry, source, 7);
      expect(await settle(bench, 24n * HOUR), "42,500 against 3,000").to.equal(undefined);
      const settled = (await settle(bench, 72n * HOUR))!;
      expect(settled, "the middle of 3,000, 3,010 and the last median").to.deep.equal({
        rung: Rung.Witnesses,
        price: dollars(3_010),
      });
    });
  }

  it("exactly a fifth of divergent time is clean", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_400, { divergentSeconds: 360n });
    expect((await settle(bench, 120n))!.rung).to.equal(Rung.Window);
  });

  it("a witness confirms at exactly 5 % of itself and not a cent further", async () => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_150, { halted: true });
    await witnesses(bench, [2_999.99]);
    expect(await settle(bench, 24n * HOUR)).to.equal(undefined);
    await script(bench, 1, 3_000);
    await bench.house.recordWitness(0, bench.expiry, 1, 7);
    expect((await settle(bench, 25n * HOUR))!.rung).to.equal(Rung.Witnessed);
  });
});

describe("Settlement ladder: the line (design review, finding 8)", () => {
  const across = async (lastAge: bigint, firstAt: bigint): Promise<ClearingBench> => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage: 0n, round: (bench.expiry - lastAge) / 15n });
    await bench.mark(bench.expiry + firstAt, 3_400, { previousBoundary: bench.expiry });
    await bench.marks.setLatest(dollars(3_500), bench.expiry + firstAt + 60n);
    return bench;
  };

  it("is drawn from a last price of 24 h to a first half hour that ends at T + 71 h 30", async () => {
    const bench = await across(24n * HOUR, 143n * HALF_HOUR);
    expect((await settle(bench, 71n * HOUR + 2_000n, bench.expiry + 143n * HALF_HOUR))!.rung).to.equal(Rung.Line);
  });

  for (const [name, lastAge, firstAt] of [
    ["a last price older than that", 24n * HOUR + 15n, 10n * HALF_HOUR],
    ["a first half hour after that", HOUR, 144n * HALF_HOUR],
  ] as const) {
    it(`is not drawn with ${name}, neither before nor after T + 72 h`, async () => {
      const bench = await across(lastAge, firstAt);
      await witnesses(bench, [3_111]);
      const after = bench.expiry + firstAt;
      expect(await settle(bench, 72n * HOUR - 1n, after)).to.equal(undefined);
      expect((await settle(bench, 72n * HOUR + 700n, after))!.rung).to.equal(Rung.Witnesses);
    });
  }

  it("takes only the first covered half hour, though a later one would pay the caller better", async () => {
    const bench = await across(HOUR, 4n * HALF_HOUR);
    await bench.mark(bench.expiry + 5n * HALF_HOUR, 9_000, { previousBoundary: bench.expiry + 4n * HALF_HOUR });
    await bench.mark(bench.expiry + 6n * HALF_HOUR, 9_000, {
      coverage: 0n,
      previousBoundary: bench.expiry + 5n * HALF_HOUR,
    });
    await bench.marks.setLatest(dollars(9_000), bench.expiry + 6n * HALF_HOUR);
    for (const [index, halfHours] of [-1n, 0n, 3n, 5n, 6n, 7n].entries()) {
      const after = halfHours < 0n ? 0n : bench.expiry + halfHours * HALF_HOUR;
      expect(await settle(bench, 24n * HOUR + BigInt(index), after), `half hour ${halfHours}`).to.equal(undefined);
    }
    const settled = await settle(bench, 25n * HOUR, bench.expiry + 4n * HALF_HOUR);
    expect(settled, "a third of the way from 3,000 to 3,400").to.deep.equal({
      rung: Rung.Line,
      price: (dollars(3_000) * 2n + dollars(3_400)) / 3n,
    });
  });
});

describe("Settlement ladder: a set that witnesses contradict covers nothing (law 7)", () => {
  /** Rounds come in after the expiry, but none of them counts. */
  const uncovered = async (halfHours: bigint): Promise<ClearingBench> => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage: 0n });
    for (let i = 1n; i <= halfHours; ++i) await bench.mark(bench.expiry + i * HALF_HOUR, 9_000, { coverage: 0n });
    await bench.marks.setLatest(dollars(9_000), bench.expiry + halfHours * HALF_HOUR - 15n);
    return bench;
  };

  it("settles by the last median before the expiry when it went silent again", async () => {
    const bench = await uncovered(3n);
    const after = bench.expiry + 3n * HALF_HOUR;
    expect(await settle(bench, 72n * HOUR, after), "before a week").to.equal(undefined);
    expect(await settle(bench, WEEK, bench.expiry + HALF_HOUR), "not its last half hour").to.equal(undefined);
    expect(await settle(bench, WEEK + 1n, after)).to.deep.equal({ rung: Rung.Last, price: dollars(3_000) });
  });

  it("settles by witnesses at T + 72 h when it goes on for ever, in one transaction", async () => {
    const bench = await uncovered(145n);
    await bench.marks.setLatest(dollars(9_000), bench.expiry + 146n * HALF_HOUR);
    await witnesses(bench, [3_050, 3_060]);
    expect(await settle(bench, 72n * HOUR + 1n, bench.expiry + 143n * HALF_HOUR), "too early a mark").to.equal(
      undefined,
    );
    const settled = await settle(bench, 72n * HOUR + 2n, bench.expiry + 144n * HALF_HOUR);
    expect(settled).to.deep.equal({ rung: Rung.Witnesses, price: dollars(3_050) });
  });

  it("cannot be named over a covered half hour in between", async () => {
    const bench = await uncovered(4n);
    await bench.mark(bench.expiry + 2n * HALF_HOUR, 3_300);
    expect(await settle(bench, WEEK, bench.expiry + 4n * HALF_HOUR)).to.equal(undefined);
    expect((await settle(bench, WEEK + 1n, bench.expiry + 2n * HALF_HOUR))!.rung).to.equal(Rung.Line);
  });
});

describe("Settlement ladder: witnesses", () => {
  for (const [prices, median] of [
    [[2_000], 2_500],
    [[2_000, 4_000], 3_000],
    [[2_000, 2_200, 4_000], 2_600],
    [[2_000, 2_200, 2_400, 4_000], 2_400],
  ] as const) {
    it(`median of ${prices.join(", ")} and a last median of 3,000 is ${median}`, async () => {
      const bench = await sold();
      await bench.mark(bench.expiry, 3_000, { coverage: 0n });
      await bench.marks.setLatest(dollars(3_000), bench.expiry - 60n);
      await witnesses(bench, prices);
      expect(await settle(bench, 72n * HOUR)).to.deep.equal({ rung: Rung.Witnesses, price: dollars(median) });
    });
  }

  it("prove the price at the expiry by their round and its successor, or are refused", async () => {
    const bench = await sold();
    await next(bench, 0n);
    await expect(bench.house.recordWitness(0, bench.expiry, 0, 7, GAS), "at T").to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_WitnessClosed",
    );
    for (const [name, updated, successor] of [
      ["updated after the expiry", 1n, 60n],
      ["replaced at the expiry", -60n, 0n],
      ["silent for longer than its heartbeat", -HOUR - 1n, 60n],
    ] as const) {
      await script(bench, 0, 3_000, updated, successor);
      await expect(bench.house.recordWitness(0, bench.expiry, 0, 7), name).to.be.revertedWithCustomError(
        bench.house,
        "Clearinghouse_BadWitness",
      );
    }
    await script(bench, 0, 3_000);
    await expect(bench.house.recordWitness(0, bench.expiry, 0, 8), "another round").to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_BadWitness",
    );
    await next(bench, 72n * HOUR - 1n);
    await bench.house.recordWitness(0, bench.expiry, 0, 7, GAS);
    await next(bench, 72n * HOUR);
    await expect(bench.house.recordWitness(0, bench.expiry, 0, 7, GAS)).to.be.revertedWithCustomError(
      bench.house,
      "Clearinghouse_WitnessClosed",
    );
  });
});

describe("Settlement ladder: prices that two thirds of stake signed", () => {
  const TYPES = {
    SettlementPrice: [
      { name: "feed", type: "uint8" },
      { name: "expiry", type: "uint32" },
      { name: "price", type: "uint64" },
      { name: "setId", type: "uint32" },
    ],
  };

  /** Four signers of weight 30, 30, 30 and 10, and no window. */
  async function signers(coverage = 0n) {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage });
    await bench.marks.setLatest(dollars(3_000), bench.expiry - 60n);
    const keys = Array.from({ length: 4 }, () => Wallet.createRandom());
    const weights = [30n, 30n, 30n, 10n];
    await bench.marks.setSeats(
      keys.map(({ address }, seat) => ({ signer: address, weight: weights[seat]! })),
      0,
    );
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const verifyingContract = await bench.house.getAddress();
    const sign = async (seat: number, change: object = {}, domain: object = {}): Promise<string> =>
      keys[seat]!.signTypedData(
        { name: "Ballast Clearinghouse", version: "1", chainId, verifyingContract, ...domain },
        TYPES,
        { feed: 0, expiry: bench.expiry, price: dollars(3_300), setId: 1, ...change },
      );
    const post = async (seats: number[], { price = 3_300, setId = 1, change = {}, domain = {} }: Posting = {}) =>
      bench.house.postSettlementPrice(
        bench.quoteMarket,
        bench.expiry,
        dollars(price),
        setId,
        seats,
        await Promise.all(seats.map(async (seat) => sign(seat, { price: dollars(price), ...change }, domain))),
        GAS,
      );
    return { bench, post };
  }
  const refused = async (bench: ClearingBench, sent: Promise<unknown>, error: string, label = ""): Promise<void> =>
    expect(sent, label).to.be.revertedWithCustomError(bench.house, error);

  it("are taken from T + 2 h to T + 23 h, and final an hour later to the second", async () => {
    const { bench, post } = await signers();
    await next(bench, 2n * HOUR - 1n);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SigningClosed");
    await next(bench, 23n * HOUR);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SigningClosed");

    const second = await signers();
    await next(second.bench, 23n * HOUR - 1n);
    await second.post([0, 1, 2]);
    expect(await settle(second.bench, 24n * HOUR - 2n)).to.equal(undefined);
    expect(await settle(second.bench, 24n * HOUR - 1n)).to.deep.equal({ rung: Rung.Signed, price: dollars(3_300) });
  });

  it("need more than two thirds of the weight of the current set", async () => {
    const { bench, post } = await signers();
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, post([0, 1]), "Clearinghouse_NoQuorum", "60 of 100");
    await refused(bench, post([0, 0, 1]), "Clearinghouse_SeatsNotRising", "one seat twice");
    await refused(bench, post([1, 0, 2]), "Clearinghouse_SeatsNotRising", "out of order");
    await refused(bench, post([0, 1, 3], { setId: 2 }), "Clearinghouse_WrongSet", "another set");
    await post([0, 1, 3]);
  });

  it("exactly two thirds are not more than two thirds", async () => {
    const { bench, post } = await signers();
    const three = Array.from({ length: 3 }, () => Wallet.createRandom());
    await bench.marks.setSeats(
      three.map(({ address }) => ({ signer: address, weight: 10n })),
      0,
    );
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, post([0, 1]), "Clearinghouse_BadSignature", "keys of nobody");
    const { chainId } = await bench.connection.ethers.provider.getNetwork();
    const domain = { name: "Ballast Clearinghouse", version: "1", chainId };
    const signatures = await Promise.all(
      three.map(async (key) =>
        key.signTypedData({ ...domain, verifyingContract: await bench.house.getAddress() }, TYPES, {
          feed: 0,
          expiry: bench.expiry,
          price: dollars(3_300),
          setId: 1,
        }),
      ),
    );
    const send = async (count: number) =>
      bench.house.postSettlementPrice(
        bench.quoteMarket,
        bench.expiry,
        dollars(3_300),
        1,
        [0, 1, 2].slice(0, count),
        signatures.slice(0, count),
      );
    await refused(bench, send(2), "Clearinghouse_NoQuorum");
    await send(3);
  });

  it("signatures for another feed, expiry, price, set, chain or contract, and masked seats, count for nothing", async () => {
    const { bench, post } = await signers();
    await bench.at(bench.expiry + 2n * HOUR);
    for (const posting of [
      { change: { feed: 1 } },
      { change: { expiry: bench.expiry - BigInt(DAY) } },
      { change: { price: dollars(3_301) } },
      { change: { setId: 2 } },
      { domain: { chainId: 1n } },
      { domain: { verifyingContract: bench.pot } },
      { domain: { name: "Ballast Oracle" } },
    ]) {
      await refused(
        bench,
        post([0, 1, 2], posting),
        "Clearinghouse_BadSignature",
        JSON.stringify(Object.keys(posting)),
      );
    }
    const keys = Array.from({ length: 4 }, () => Wallet.createRandom());
    await bench.marks.setSeats(
      keys.map(({ address }) => ({ signer: address, weight: 25n })),
      2,
    );
    await refused(bench, post([0, 1, 2]), "Clearinghouse_BadSignature");
    await bench.marks.setSeats([], 1);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_SeatsNotRising", "seat 0 is masked");
  });

  it("never override a window of a fifth: coverage comes before signatures (finding 8)", async () => {
    const { bench, post } = await signers(360n);
    await bench.at(bench.expiry + 2n * HOUR);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_HasWindow");
    const thinner = await signers(359n);
    await thinner.bench.at(thinner.bench.expiry + 2n * HOUR);
    await thinner.post([0, 1, 2]);
  });

  /** Posts at T + 3 h, lets signer 5 challenge and settles by the last median of a week later. */
  async function challenged(posted: number, last: number) {
    const { bench, post } = await signers();
    await bench.mark(bench.expiry, last, { coverage: 0n });
    await bench.at(bench.expiry + 3n * HOUR);
    await post([0, 1, 2], { price: posted });
    const challenger = await bench.account(5);
    const house = bench.house.connect(challenger);
    const before = await bench.house.freeBalance(challenger.address, bench.dollar);
    await house.challengeSettlementPrice(bench.quoteMarket, bench.expiry);
    const bond = before - (await bench.house.freeBalance(challenger.address, bench.dollar));
    return { bench, post, house, challenger: challenger.address, before, bond };
  }

  it("a challenge voids them for good: no second posting, no second challenge, no rung", async () => {
    const { bench, post, house } = await challenged(3_300, 3_000);
    await refused(bench, post([0, 1, 2]), "Clearinghouse_AlreadySigned");
    await refused(
      bench,
      house.challengeSettlementPrice(bench.quoteMarket, bench.expiry),
      "Clearinghouse_NothingToChallenge",
    );
    expect(await settle(bench, 5n * HOUR)).to.equal(undefined);
    expect((await settle(bench, WEEK))!.rung).to.equal(Rung.Last);
  });

  it("the bond is 1 % of claims at the posted price and goes back when that was more than 2 % off", async () => {
    const { bench, bond, challenger, before } = await challenged(3_300, 3_000);
    expect(bond, "1 % of two times 300 dollars").to.equal(6n * UNIT);
    await settle(bench, WEEK);
    expect(await bench.house.freeBalance(challenger, bench.dollar)).to.equal(before);
  });

  it("the bond goes to the poster when his price was within 2 % of the final one", async () => {
    const { bench, bond, challenger, before } = await challenged(3_060, 3_000);
    const [poster] = await bench.connection.ethers.getSigners();
    const poor = await bench.house.freeBalance(poster!.address, bench.dollar);
    await settle(bench, WEEK);
    expect(await bench.house.freeBalance(challenger, bench.dollar)).to.equal(before - bond);
    const tip = 720_000n; // 60 % of the expiry's own fee of 1.2 dollars: the poster settled as well
    expect((await bench.house.freeBalance(poster!.address, bench.dollar)) - poor).to.equal(bond + tip);
  });

  it("the bond never exceeds 10,000 dollars", async () => {
    const { bench, post } = await signers();
    await bench.insure(1_000_000);
    const [writer, buyer] = [await bench.account(3, 3_000_000), await bench.account(4)];
    const book = bench.bookId(writer.address);
    await bench.connection.ethers.provider.send("hardhat_mine", ["0x1"]);
    await bench.house.connect(writer).fund(book, 2_000_000n * UNIT);
    await bench.house.connect(writer).mint(book, bench.legs({ ...CALL, size: 500 }), buyer.address);
    await bench.at(bench.expiry + 3n * HOUR);
    await post([0, 1, 2], { price: 6_000 });
    const before = await bench.house.freeBalance(writer.address, bench.dollar);
    await bench.house.connect(writer).challengeSettlementPrice(bench.quoteMarket, bench.expiry);
    expect(before - (await bench.house.freeBalance(writer.address, bench.dollar))).to.equal(10_000n * UNIT);
  });

  it("a challenge is too late an hour after the posting", async () => {
    const { bench, post } = await signers();
    await next(bench, 3n * HOUR);
    await post([0, 1, 2]);
    const challenger = bench.house.connect(await bench.signer(1));
    await next(bench, 4n * HOUR);
    await refused(
      bench,
      challenger.challengeSettlementPrice(bench.quoteMarket, bench.expiry, GAS),
      "Clearinghouse_NothingToChallenge",
    );
    expect((await settle(bench, 4n * HOUR + 1n))!.rung).to.equal(Rung.Signed);
  });
});

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
      .filter((entry) => entry?.name === "ExpiryClosed")
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
    expect(late!.logs.map((entry) => bench.house.interface.parseLog(entry)?.name)).to.not.include("ExpiryClosed");
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
