// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HOUR } from "./attackTools.ts";
import type { ClearingBench } from "./ClearingBench.ts";
import { dollars, GAS, next, Rung, script, settle, sold, WEEK, witnesses } from "./settlementTools.ts";

const HALF_HOUR = 1_800n;

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

  it("a caller who comes six days late finds the rung and the price of the first minute (design review, finding 6)", async () => {
    for (const [coverage, rung] of [
      [1_440n, Rung.Window],
      [360n, Rung.Thin],
    ] as const) {
      const bench = await sold();
      await bench.mark(bench.expiry, 3_400, { coverage });
      for (let i = 1n; i < 20n; ++i) await bench.mark(bench.expiry + i * HALF_HOUR, 9_000);
      await bench.marks.setLatest(dollars(9_000), bench.expiry + 140n * HOUR);
      await witnesses(bench, [9_000, 9_000]);
      const later = await settle(bench, 144n * HOUR, bench.expiry + HALF_HOUR);
      expect(later, "nothing that came afterwards counts").to.deep.equal({ rung, price: dollars(3_400) });
    }
  });

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

describe("Settlement ladder: a line from a dirty half hour (design review, finding 7)", () => {
  /**
   * A captured set drifts to 9,000 so fast that its rounds count for nothing: the half hour has no coverage, and would
   * escape the rule for dirty windows. An hour after the expiry it tells the truth again, 3,000.
   */
  const captured = async (last: number, isLinked: boolean): Promise<ClearingBench> => {
    const bench = await sold();
    const [dirty, first] = [isLinked ? bench.expiry - HALF_HOUR : bench.expiry, bench.expiry + 2n * HALF_HOUR];
    await bench.mark(dirty, last, { coverage: 0n, halted: true, round: dirty / 15n - 1n });
    await bench.mark(first, 3_000, { previousBoundary: dirty });
    await bench.marks.setLatest(dollars(3_000), first + 60n);
    return bench;
  };

  for (const isLinked of [false, true]) {
    it(`settles nobody at the last word of a captured set, its mark ${isLinked ? "linked" : "at the expiry"}`, async () => {
      const bench = await captured(9_000, isLinked);
      await witnesses(bench, [3_000, 3_010]);
      const after = bench.expiry + 2n * HALF_HOUR;
      expect(await settle(bench, 24n * HOUR, after), "not the line, near 9,000").to.equal(undefined);
      expect(await settle(bench, 72n * HOUR, after)).to.deep.equal({ rung: Rung.Witnesses, price: dollars(3_010) });
    });
  }

  it("is drawn all the same when a witness stands within 5 % of it: a crash is no capture", async () => {
    const bench = await captured(2_900, false);
    await witnesses(bench, [2_950]);
    const settled = await settle(bench, 24n * HOUR, bench.expiry + 2n * HALF_HOUR);
    expect(settled!.rung).to.equal(Rung.Line);
  });
});

describe("Settlement ladder: a line to a half hour that saw a Halted trigger", () => {
  const resumed = async (halted: boolean): Promise<ClearingBench> => {
    const bench = await sold();
    await bench.mark(bench.expiry, 3_000, { coverage: 0n, round: (bench.expiry - HOUR) / 15n });
    await bench.mark(bench.expiry + HOUR, 9_000, { halted, previousBoundary: bench.expiry });
    await bench.marks.setLatest(dollars(9_000), bench.expiry + HOUR + 60n);
    return bench;
  };

  it("is not drawn on that word alone", async () => {
    const clean = await resumed(false);
    expect((await settle(clean, 24n * HOUR, clean.expiry + HOUR))!.rung).to.equal(Rung.Line);
    const bench = await resumed(true);
    await witnesses(bench, [3_000, 3_010]);
    const after = bench.expiry + HOUR;
    expect(await settle(bench, 24n * HOUR, after), "not half way to 9,000").to.equal(undefined);
    expect(await settle(bench, 72n * HOUR, after)).to.deep.equal({ rung: Rung.Witnesses, price: dollars(3_000) });
  });

  it("is drawn when a witness stands within 5 % of it", async () => {
    const bench = await resumed(true);
    await witnesses(bench, [6_000]);
    const settled = await settle(bench, 24n * HOUR, bench.expiry + HOUR);
    expect(settled).to.deep.equal({ rung: Rung.Line, price: dollars(6_000) });
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
