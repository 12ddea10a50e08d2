// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { listedBench } from "./listedBench.ts";
import type { OracleBench, Vector } from "./OracleBench.ts";

const FAIR = 3000e8;
const REDUCE_ONLY = 3n;
const HALTED = 4n;
const SEATS = Array.from({ length: 7 }, (_, seat) => seat);

const price = async (bench: OracleBench): Promise<number> => Number((await bench.oracle.latestRoundData(0))[1]);
const level = async (bench: OracleBench): Promise<bigint> => (await bench.oracle.metrics(0)).level;

/** Seats below `liars` say `lie`, the others the truth. */
const split = (liars: number, lie: number, seats: readonly number[] = SEATS): Map<number, Vector> =>
  new Map(seats.map((seat) => [seat, [seat < liars ? lie : FAIR]]));

/**
 * A set that is captured whole moves the price by `perRound` each round against a witness that stands still and is looked
 * at every minute. Returns how far the price was when openings ended and when everything halted.
 */
async function drift(perRound: number): Promise<{ closed: number; halted: number; bench: OracleBench }> {
  const bench = await listedBench(FAIR);
  const observedAt = await bench.now();
  const reached = { closed: 0, halted: 0 };
  let lie = FAIR;
  for (let round = 0; round < 200 && reached.halted === 0; round += 1) {
    lie = Math.round(lie * (1 + perRound));
    await bench.accept([lie]);
    if (round % 4 === 3) await bench.witness(0, FAIR, { observedAt });
    const off = (await price(bench)) / FAIR - 1;
    if (reached.closed === 0 && (await level(bench)) >= REDUCE_ONLY) reached.closed = off;
    if ((await level(bench)) === HALTED) reached.halted = off;
  }
  return { ...reached, bench };
}

describe("PriceOracle with a third to a half of the weight faulty", () => {
  it("loses at most one version of a round: the next superset with the honest rest restores the price", async () => {
    const bench = await listedBench(FAIR);
    const round = await bench.nextRound();
    await bench.relay(round, split(3, FAIR * 1.05, [0, 1, 2, 3, 4]));
    expect(await price(bench), "the relayer chose who is heard").to.equal(FAIR * 1.05);
    await bench.relay(round, split(3, FAIR * 1.05));
    expect(await price(bench), "a full bundle").to.equal(FAIR);
  });

  it("publishes nothing from a lie of 8 % or more in such a version", async () => {
    const bench = await listedBench(FAIR);
    const round = await bench.nextRound();
    await bench.relay(round, split(3, FAIR * 1.08, [0, 1, 2, 3, 4]));
    expect(await price(bench)).to.equal(FAIR);
    const { high } = await bench.oracle.readRisk(0);
    expect(Number(high) >= FAIR * 1.08, "the band says that something waits").to.equal(true);
  });

  it("leaves what the false version held in no average, and its trip in place", async () => {
    const bench = await listedBench(FAIR);
    const round = await bench.nextRound();
    await bench.relay(round, split(3, FAIR * 1.07, [0, 1, 2, 3, 4]));
    const tripped = await level(bench);
    expect(tripped >= 1n, "Cautious by the jump").to.equal(true);
    await bench.relay(round, split(3, FAIR * 1.07));
    await bench.accept([FAIR]);
    const { average5m, average30m } = await bench.oracle.metrics(0);
    expect(Math.abs(Number(average5m) / FAIR - 1) < 1e-5, "5 min").to.equal(true);
    expect(Math.abs(Number(average30m) / FAIR - 1) < 1e-5, "30 min").to.equal(true);
    expect(await level(bench), "five clear rounds first").to.equal(tripped);
  });
});

describe("PriceOracle with most of the weight faulty", () => {
  for (const [perRound, closedBelow, haltedBelow] of [
    [0.001, 0.05, 0.11],
    [0.006, 0.085, 0.23],
    [0.02, 0.085, 0.3],
    [0.045, 0.095, 0.26],
  ] as const) {
    const far = (closedBelow * 100).toFixed(1);
    it(`ends openings before a drift of ${perRound * 100} % a round is ${far} % off the witness`, async () => {
      const { closed, halted, bench } = await drift(perRound);
      expect(closed < closedBelow, `openings end at ${closed}`).to.equal(true);
      expect(halted < haltedBelow, `everything halts at ${halted}`).to.equal(true);
      await bench.moveBy(130);
      await bench.witness(0, FAIR);
      const { low } = await bench.oracle.readRisk(0);
      expect(Number(low) <= FAIR, "the band holds the true price").to.equal(true);
    }).timeout(120_000);
  }

  it("settles on nothing that a fresh witness contradicts by more than 8 %", async () => {
    const bench = await listedBench(FAIR);
    const start = Math.ceil((await bench.now()) / 1800) * 1800;
    await bench.moveTo(start);
    await bench.witness(0, FAIR);
    for (let lie = FAIR; lie < FAIR * 1.15; lie *= 1.005) await bench.accept([Math.round(lie)]);
    await bench.moveTo(start + 1801);
    await bench.witness(0, FAIR);
    await bench.accept([FAIR * 1.15]);
    const [, mark] = await bench.oracle.tryMarkAt(0, start + 1800);
    const mean = Number(mark.sum) / Number(mark.coverage);
    expect(mean < FAIR * 1.08, `mean ${mean / FAIR}`).to.equal(true);
    expect(mark.coverage < (1800n * 4n) / 5n, "and rung 1 asks for four fifths of the window").to.equal(true);
  }).timeout(120_000);

  it("never leaps: a fresh witness withholds 20 % for as long as it is looked at", async () => {
    const bench = await listedBench(FAIR);
    for (let i = 0; i < 20; i += 1) {
      if (i % 4 === 0) await bench.witness(0, FAIR);
      await bench.accept([FAIR * 1.25]);
      expect(await price(bench), `round ${i}`).to.equal(FAIR);
    }
    expect((await level(bench)) >= REDUCE_ONLY, "and closes the market meanwhile").to.equal(true);
  });
});
