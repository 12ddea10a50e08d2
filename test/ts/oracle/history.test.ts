// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HEARTBEAT, OracleBench, ROUND_SECONDS } from "./OracleBench.ts";

const HALF_HOUR = 1800;

/** Accepts rounds every `step` rounds until `end`; returns [time, price] of each. */
async function walk(
  bench: OracleBench,
  end: number,
  step: number,
  priceAt: (index: number) => number,
): Promise<[number, number][]> {
  const seen: [number, number][] = [];
  for (let index = 0; ; index += 1) {
    const round = await bench.nextRound(2, step);
    const time = Number(round) * ROUND_SECONDS;
    if (time >= end) return seen;
    const price = priceAt(index);
    await bench.relay(round, bench.same([price]));
    seen.push([time, price]);
  }
}

/** Sum of price × covered seconds inside [from, to) where each price holds to the next, at most a heartbeat. */
function windowSum(rounds: readonly [number, number][], from: number, to: number): { sum: bigint; coverage: bigint } {
  let sum = 0n;
  let coverage = 0n;
  for (const [index, [time, price]] of rounds.entries()) {
    const next = rounds[index + 1]?.[0] ?? Infinity;
    const end = Math.min(time + HEARTBEAT, next, to);
    const seconds = Math.max(0, end - Math.max(time, from));
    sum += BigInt(price) * BigInt(seconds);
    coverage += BigInt(seconds);
  }
  return { sum, coverage };
}

describe("PriceOracle history", () => {
  it("keeps at every half hour what settlement needs, from the window's own rounds (review 43)", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    const start = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    await bench.moveTo(start - 100);
    const rounds = await walk(bench, start + HALF_HOUR + 100, 3, (index) => 3000e8 + (index % 7) * 1e8);
    const boundary = start + HALF_HOUR;
    const [ok, mark] = await bench.oracle.tryMarkAt(0, boundary);
    expect(ok).to.equal(true);
    const { sum, coverage } = windowSum(rounds, start, boundary);
    expect(mark.sum, "time-weighted sum").to.equal(sum);
    expect(mark.coverage).to.equal(coverage);
    const last = rounds.filter(([time]) => time < boundary).at(-1)!;
    expect(mark.price).to.equal(BigInt(last[1]));
    expect(mark.round * 15n).to.equal(BigInt(last[0]));
    expect(mark.previousBoundary).to.equal(BigInt(start));
    expect(mark.quarantined || mark.halted).to.equal(false);
  }).timeout(60_000);

  it("covers a gap by one heartbeat only", async () => {
    const bench = await OracleBench.create();
    const start = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    await bench.moveTo(start);
    const first = await bench.accept([3000e8]);
    await bench.moveTo(start + 2 * HALF_HOUR);
    await bench.accept([3000e8]);
    const [, mark] = await bench.oracle.tryMarkAt(0, start + HALF_HOUR);
    expect(mark.coverage).to.equal(BigInt(HEARTBEAT));
    expect(mark.round).to.equal(first);
  });

  it("links marks over an outage, so that one over a boundary is provable (review 43)", async () => {
    const bench = await OracleBench.create();
    const start = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    await bench.moveTo(start + 30);
    await bench.accept([3000e8]);
    await bench.moveTo(start + 5 * HALF_HOUR + 30);
    await bench.accept([3100e8]);
    await bench.moveTo(start + 6 * HALF_HOUR + 30);
    await bench.accept([3100e8]);
    for (const empty of [2, 3, 4, 5])
      expect((await bench.oracle.tryMarkAt(0, start + empty * HALF_HOUR))[0], `window ${empty}`).to.equal(false);
    const [ok, mark] = await bench.oracle.tryMarkAt(0, start + 6 * HALF_HOUR);
    expect(ok).to.equal(true);
    expect(mark.previousBoundary).to.equal(BigInt(start + HALF_HOUR));
  });

  it("answers an open window once no round from before its end can come any more", async () => {
    const bench = await OracleBench.create();
    const start = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    await bench.moveTo(start + HALF_HOUR - 60);
    await bench.accept([3000e8]);
    const boundary = start + HALF_HOUR;
    await bench.moveTo(boundary + 600);
    expect((await bench.oracle.tryMarkAt(0, boundary))[0], "a round could still come").to.equal(false);
    await bench.moveTo(boundary + 700);
    const [ok, mark] = await bench.oracle.tryMarkAt(0, boundary);
    expect(ok).to.equal(true);
    expect(mark.price).to.equal(3000n * 10n ** 8n);
  });

  it("flags a window with a quarantine and one with a Halted trigger, and excludes contradicted rounds", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    const start = Math.ceil((await bench.now()) / HALF_HOUR) * HALF_HOUR;
    await bench.moveTo(start);
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
    await bench.accept([3_000_000e8]);
    await bench.accept([3000e8]);
    await bench.moveTo(start + HALF_HOUR - 30);
    await bench.witness(0, 4000e8);
    await bench.accept([3000e8]);
    await bench.moveTo(start + HALF_HOUR + 10);
    await bench.accept([3000e8]);
    const [, mark] = await bench.oracle.tryMarkAt(0, start + HALF_HOUR);
    expect(mark.quarantined).to.equal(true);
    expect(mark.halted).to.equal(true);
    expect(mark.coverage, "the contradicted round covers nothing").to.equal(60n + 15n + 15n + 30n);
  });

  it("keeps a round in the ring for evidence, sealed, with who signed and how", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    const round = await bench.accept([3000e8], [0, 1, 2, 3, 4]);
    expect((await bench.oracle.tryRoundPrice(0, round))[0], "a superset may still come").to.equal(false);
    await bench.accept([3000e8]);
    const [ok, price] = await bench.oracle.tryRoundPrice(0, round);
    expect(ok && price.published && price.clean && price.witnessed).to.equal(true);
    const [, header] = await bench.oracle.tryRoundHeader(round);
    expect(header.signers).to.equal(31n);
    expect(header.signedWeightBps).to.equal(7142n);
    expect((await bench.oracle.tryRoundHeader(round + 1n))[0], "no such round").to.equal(false);
  });

  it("keeps the rounds of a listed, calm feed as evidence like any other", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    await bench.accept([3000e8]);
    while ((await bench.oracle.metrics(0)).isNew || (await bench.oracle.readRisk(0)).level !== 0n)
      await bench.accept([3000e8]);
    await bench.witness(0, 3000e8);
    const rounds: bigint[] = [];
    for (let index = 0; index < 6; index += 1) rounds.push(await bench.accept([3000e8 + index * 1e8]));
    await bench.accept([3000e8]);
    for (const [index, round] of rounds.entries()) {
      const [ok, kept] = await bench.oracle.tryRoundPrice(0, round);
      expect(ok && kept.published && kept.clean && kept.witnessed, `round ${index}`).to.equal(true);
      expect(kept.price).to.equal(3000n * 10n ** 8n + BigInt(index) * 10n ** 8n);
    }
  }).timeout(60_000);

  it("answers stable round ids and refuses unknown ones", async () => {
    const bench = await OracleBench.create();
    const first = await bench.accept([3000e8]);
    const second = await bench.accept([3001e8]);
    expect((await bench.oracle.getRoundData(0, first))[1]).to.equal(3000n * 10n ** 8n);
    expect((await bench.oracle.getRoundData(0, second))[1]).to.equal(3001n * 10n ** 8n);
    await expect(bench.oracle.getRoundData(0, first - 1n))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_NoData")
      .withArgs(0n, first - 1n);
    await expect(bench.oracle.getRoundData(3, first))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_UnknownFeed")
      .withArgs(3n, 1n);
  });

  it("finds the newest published price between two rounds, and looks no further back than 64", async () => {
    const bench = await OracleBench.create();
    const first = await bench.accept([3000e8]);
    const second = await bench.accept([3001e8]);
    const between = async (oldest: bigint, newest: bigint, feed = 0) =>
      bench.oracle.publishedBetween(feed, oldest, newest);
    expect(await between(first, second)).to.equal(3001n * 10n ** 8n);
    expect(await between(first, second - 1n)).to.equal(3000n * 10n ** 8n);
    expect(await between(first + 1n, second - 1n), "nothing between").to.equal(0n);
    expect(await between(first, second + 63n), "64 rounds").to.equal(3001n * 10n ** 8n);
    expect(await between(first, second + 64n), "65 rounds").to.equal(0n);
    expect(await between(0n, second, 8), "a feed that is no slot").to.equal(0n);
  });

  it("refuses to read what has no price yet, and answers who tries", async () => {
    const bench = await OracleBench.create();
    for (const feed of [0, 8]) {
      await expect(bench.oracle.readRisk(feed))
        .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_NoData")
        .withArgs(BigInt(feed), 0n);
      expect((await bench.oracle.tryReadRisk(feed)).ok).to.equal(false);
    }
  });

  it("reads true age: never younger than the observation, zero when the chain's clock lags", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    const packed = await bench.pack(round, bench.same([3000e8]));
    await bench.moveTo(Number(round) * ROUND_SECONDS + 500);
    await bench.oracle.relay(packed);
    expect((await bench.oracle.readRisk(0)).age >= 500n).to.equal(true);
    const ahead = BigInt(Math.floor((await bench.now()) / ROUND_SECONDS) + 10);
    await bench.relay(ahead, bench.same([3000e8]));
    expect((await bench.oracle.readRisk(0)).age).to.equal(0n);
  });

  it("averages decay by elapsed time, not by calls (ORACLE, open points)", async () => {
    const fast = await OracleBench.create();
    const slow = await OracleBench.create();
    for (const [bench, steps] of [
      [fast, 20],
      [slow, 5],
    ] as const) {
      await bench.accept([3000e8]);
      await bench.accept([3100e8]);
      for (let i = 0; i < steps; i += 1) {
        await bench.relay(await bench.nextRound(2, 20 / steps), bench.same([3100e8]));
      }
    }
    const [a, b] = [await fast.oracle.metrics(0), await slow.oracle.metrics(0)];
    for (const field of ["average5m", "average30m", "average12h"] as const) {
      const elapsedRatio = Number(a[field]) / Number(b[field]);
      expect(Math.abs(elapsedRatio - 1) < 0.003, `${field}: ${a[field]} against ${b[field]}`).to.equal(true);
    }
  });

  it("widens the band with age and never reverts without a price", async () => {
    const bench = await OracleBench.create();
    const [ok] = await bench.oracle.tryReadRisk(0);
    expect(ok).to.equal(false);
    expect(await bench.oracle.latestRoundData(0)).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    await bench.accept([3000e8]);
    const young = await bench.oracle.readRisk(0);
    await bench.moveTo((await bench.now()) + 6 * 3600);
    const old = await bench.oracle.readRisk(0);
    expect(old.low < young.low && old.high > young.high).to.equal(true);
    const width = Number(old.high - old.price) / Number(old.price);
    expect(Math.abs(width - 0.075) < 0.001, `15 % · √(6 h / 24 h), got ${width}`).to.equal(true);
  });
});
