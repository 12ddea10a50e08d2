// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { listedBench } from "./listedBench.ts";
import { OracleBench, ROUND_SECONDS } from "./OracleBench.ts";
import type { Vector } from "./OracleBench.ts";

const spread = (seats: readonly number[]): Map<number, Vector> =>
  new Map(seats.map((seat) => [seat, [3000e8 + seat * 1e8]]));
const ALL = [0, 1, 2, 3, 4, 5, 6];

describe("PriceOracle superset upgrade", () => {
  it("replaces a picked subset by all signers, with nothing to undo (review 4)", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.nextRound();
    await bench.relay(round, spread([2, 3, 4, 5, 6]));
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(3004n * 10n ** 8n);
    await bench.relay(round, spread(ALL));
    expect((await bench.oracle.latestRoundData(0))[1], "median of all").to.equal(3003n * 10n ** 8n);

    const twin = await OracleBench.create();
    await twin.accept([3000e8]);
    const twinRound = await twin.nextRound();
    await twin.relay(twinRound, spread(ALL));
    const [upgraded, direct] = [await bench.oracle.metrics(0), await twin.oracle.metrics(0)];
    for (const field of ["average5m", "average30m", "average12h", "uptime", "variancePerYearWad"] as const) {
      const difference = BigInt(upgraded[field]) - BigInt(direct[field]);
      expect(difference >= -60_000n && difference <= 60_000n, `${field} as if the subset had never been`).to.equal(
        true,
      );
    }
  });

  it("takes a strict superset only", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.nextRound();
    await bench.relay(round, spread([0, 1, 2, 3, 4]));
    for (const seats of [
      [0, 1, 2, 3, 4],
      [1, 2, 3, 4, 5, 6],
      [0, 1, 2, 3, 5],
    ]) {
      await expect(bench.relay(round, spread(seats)), `${seats.join()}`).to.be.revertedWithCustomError(
        bench.oracle,
        "PriceOracle_NotASuperset",
      );
    }
  });

  it("takes it within two rounds of the first acceptance", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.nextRound(2);
    await bench.relay(round, spread([0, 1, 2, 3, 4]));
    await bench.moveTo((await bench.now()) + 2 * ROUND_SECONDS);
    await expect(bench.relay(round, spread(ALL))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_UpgradeTooLate",
    );
  });

  it("takes it only while the round is the latest", async () => {
    const bench = await OracleBench.create();
    const round = await bench.nextRound();
    await bench.relay(round, spread([0, 1, 2, 3, 4]));
    await bench.accept([3000e8]);
    await expect(bench.relay(round, spread(ALL))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_RoundNotNewer",
    );
  });

  it("counts the added signers, once, when the next round arrives", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    const round = await bench.nextRound();
    await bench.relay(round, spread([0, 1, 2, 3, 4]));
    await bench.relay(round, spread(ALL));
    await bench.accept([3003e8]);
    const [ok, header] = await bench.oracle.tryRoundHeader(round);
    expect(ok).to.equal(true);
    expect(header.signers).to.equal(127n);
    expect((await bench.oracle.health()).epochRounds, "two folded rounds").to.equal(2n);
    const counters = await bench.oracle.connect(bench.registry).closeEpoch.staticCall();
    for (const seat of ALL) expect((counters.tookPart >> BigInt(8 * seat)) & 255n, `seat ${seat}`).to.equal(2n);
  });

  it("takes a superset after a masked seat came back, and owes nothing for its smaller share", async () => {
    const bench = await OracleBench.create({ weights: [200, 200, 200, 200, 200, 1, 100] });
    const earned = async (): Promise<bigint> => bench.oracle.tipsEarned(await bench.relayer.getAddress());
    await bench.oracle.connect(bench.registry).setMask(1 << 6);
    await bench.accept([3000e8], [0, 1, 2, 3, 4]);
    const round = await bench.nextRound();
    await bench.relay(round, bench.same([3010e8], [0, 1, 2, 3, 4]));
    const before = await earned();
    await bench.oracle.connect(bench.registry).setMask(0);
    await bench.relay(round, bench.same([3012e8], [0, 1, 2, 3, 4, 5]));
    expect((await bench.oracle.latestRoundData(0))[1], "the superset's price").to.equal(3012n * 10n ** 8n);
    expect(before > 0n, "the first version was paid").to.equal(true);
    expect(await earned(), "1001 of 1101 is less than 1000 of 1001").to.equal(before);
  });

  it("pays the superset for the added part only", async () => {
    const bench = await OracleBench.create();
    await bench.accept([3000e8]);
    await bench.moveTo((await bench.now()) + 60);
    const round = await bench.nextRound();
    const subsetRelayer = await bench.relayer.getAddress();
    const before = await bench.oracle.tipsEarned(subsetRelayer);
    await bench.relay(round, spread([0, 1, 2, 3, 4]));
    const first = (await bench.oracle.tipsEarned(subsetRelayer)) - before;
    const other = bench.router;
    await bench.oracle.connect(other).relay(await bench.pack(round, spread(ALL)));
    const second = await bench.oracle.tipsEarned(await other.getAddress());

    const twin = await OracleBench.create();
    await twin.accept([3000e8]);
    const full = twin.relayer;
    await twin.moveTo((await twin.now()) + 60);
    const start = await twin.oracle.tipsEarned(await full.getAddress());
    await twin.relay(await twin.nextRound(), spread(ALL));
    const whole = (await twin.oracle.tipsEarned(await full.getAddress())) - start;
    expect(first > 0n && second > 0n, "both are paid").to.equal(true);
    expect(first + second <= whole, "together no more than one full relay").to.equal(true);
    expect(whole - first - second <= 2n, "rounding alone is lost").to.equal(true);
  });

  it("keeps a trip that the first version caused", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
    const round = await bench.nextRound();
    const low = new Map<number, Vector>(ALL.slice(0, 5).map((seat) => [seat, [2820e8]]));
    await bench.relay(round, low);
    const tripped = (await bench.oracle.metrics(0)).level;
    await bench.relay(round, new Map<number, Vector>([...low, [5, [3000e8]], [6, [3000e8]]]));
    expect((await bench.oracle.metrics(0)).level >= tripped, "level after the upgrade").to.equal(true);
  });

  it("a round whose last version is not clear brings no level down, however calm the picked subsets are (found by deep fuzzing)", async () => {
    const bench = await listedBench(3000e8);
    const calm = new Map<number, Vector>([2, 3, 4, 5, 6].map((seat) => [seat, [seat < 5 ? 3000e8 : 3030e8]]));
    const wide = new Map<number, Vector>([...calm, [0, [3090e8]], [1, [3090e8]]]);
    const levels: bigint[] = [];
    for (let i = 0; i < 12; i += 1) {
      const round = await bench.nextRound();
      await bench.relay(round, calm);
      const first = await bench.oracle.metrics(0);
      await bench.relay(round, wide);
      const second = await bench.oracle.metrics(0);
      levels.push(first.level, second.level);
    }
    const tripped = levels.findIndex((level) => level > 0n);
    expect(tripped, "the last versions trip").to.be.at.least(0);
    expect(
      levels.slice(tripped).every((level) => level > 0n),
      levels.join(),
    ).to.equal(true);
  });
});
