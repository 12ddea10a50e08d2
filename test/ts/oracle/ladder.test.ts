// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HEARTBEAT, OracleBench, ROUND_SECONDS } from "./OracleBench.ts";

const QUORUM = 1n;
const MAJORITY = 2n;
const WITNESS = 3n;
const UNWITNESSED = 4n;
const REDUCE_ONLY = 3n;
const HALTED = 4n;
const HALF = [0, 1, 2, 3]; // 4 of 7: more than a half, less than two thirds

async function seasoned(): Promise<OracleBench> {
  const bench = await OracleBench.create();
  await bench.witness(0, 3000e8);
  for (let i = 0; i < 22; i += 1) await bench.accept([3000e8]);
  for (let i = 0; i < 25; i += 1) {
    await bench.nextRound(2, 2);
    await bench.accept([3000e8]);
  }
  return bench;
}

describe("PriceOracle fallback ladder", () => {
  it("lists a new feed after 20 quorum rounds over ten minutes that agree with the witness (review 45)", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3000e8);
    for (let i = 0; i < 30; i += 1) await bench.accept([3000e8]);
    expect((await bench.oracle.metrics(0)).isNew, "30 rounds in 7 minutes").to.equal(true);
    for (let i = 0; i < 20; i += 1) await bench.accept([3000e8]);
    expect((await bench.oracle.metrics(0)).isNew).to.equal(false);
    for (let i = 0; i < 6; i += 1) await bench.accept([3000e8]);
    expect((await bench.oracle.metrics(0)).level).to.equal(0n);
  });

  it("does not list a feed whose witness disagrees by more than 2 %", async () => {
    const bench = await OracleBench.create();
    await bench.witness(0, 3090e8);
    for (let i = 0; i < 60; i += 1) await bench.accept([3000e8]);
    expect((await bench.oracle.metrics(0)).isNew).to.equal(true);
  });

  it("ignores a sub-quorum bundle while the quorum speaks: it is no switch for anyone (review 14)", async () => {
    const bench = await seasoned();
    const round = await bench.nextRound();
    await expect(bench.relay(round, bench.same([3000e8], HALF))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
    expect((await bench.oracle.metrics(0)).level).to.equal(0n);
  });

  it("L1: publishes a majority within 2 % of the witness after two silent heartbeats, ReduceOnly", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 2 * HEARTBEAT + 15);
    await bench.witness(0, 3000e8);
    await bench.accept([3030e8], HALF);
    const reading = await bench.oracle.readRisk(0);
    expect(reading.source).to.equal(MAJORITY);
    expect(reading.level).to.equal(REDUCE_ONLY);
    expect(reading.price).to.equal(3030n * 10n ** 8n);
  });

  it("L1: refuses a majority more than 2 % from the witness", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 2 * HEARTBEAT + 15);
    await bench.witness(0, 3000e8);
    const round = await bench.nextRound();
    await expect(bench.relay(round, bench.same([3070e8], HALF))).to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
  });

  it("L1: without a fresh witness keeps the price for settlement only, Halted (review 37)", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 3700);
    await bench.accept([3030e8], HALF);
    const reading = await bench.oracle.readRisk(0);
    expect(reading.source).to.equal(UNWITNESSED);
    expect(reading.level).to.equal(HALTED);
    const before = (await bench.oracle.metrics(0)).uptime;
    await bench.accept([3030e8], HALF);
    expect((await bench.oracle.metrics(0)).uptime, "no uptime from it").to.equal(before);
  });

  it("L2: two agreeing witnesses speak after four silent heartbeats; uptime goes on (review 40)", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 3 * HEARTBEAT);
    await bench.witness(0, 3050e8, { agreed: true });
    expect((await bench.oracle.readRisk(0)).source, "not before").to.equal(QUORUM);
    await bench.moveTo((await bench.now()) + HEARTBEAT + 30);
    await bench.witness(0, 3060e8, { agreed: true });
    const reading = await bench.oracle.readRisk(0);
    expect(reading.source).to.equal(WITNESS);
    expect(reading.level >= REDUCE_ONLY).to.equal(true);
    expect(reading.price).to.equal(3060n * 10n ** 8n);
    const before = (await bench.oracle.metrics(0)).uptime;
    await bench.moveTo((await bench.now()) + 45);
    await bench.witness(0, 3061e8, { agreed: true });
    expect((await bench.oracle.metrics(0)).uptime - before >= 40n, "uptime advanced").to.equal(true);
  });

  it("L2: one witness alone never speaks", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 10 * HEARTBEAT);
    await bench.witness(0, 3060e8);
    expect((await bench.oracle.readRisk(0)).source).to.equal(QUORUM);
  });

  it("L2: what two witnesses said stands against rounds of that time, which publish their other feeds", async () => {
    const bench = await OracleBench.create({ feeds: 2 });
    await bench.accept([3000e8, 60_000e8]);
    await bench.moveTo((await bench.now()) + 5 * HEARTBEAT);
    const observedAt = await bench.now();
    await bench.witness(0, 3010e8, { agreed: true, observedAt });
    const spoken = BigInt(Math.floor(observedAt / ROUND_SECONDS));
    for (const round of [spoken - 1n, spoken]) {
      await bench.relay(round, bench.same([3020e8, 60_100e8]));
      const [witnessed, price] = await bench.oracle.latestRoundData(0);
      expect([witnessed, price], `after round ${round - spoken}`).to.deep.equal([spoken, 3010n * 10n ** 8n]);
      expect((await bench.oracle.latestRoundData(1))[0], "the other feed").to.equal(round);
    }
    await bench.accept([3020e8, 60_100e8]);
    expect((await bench.oracle.readRisk(0)).source, "the next round speaks again").to.equal(QUORUM);
  });

  it("goes up again after 20 quorum rounds, missed rounds notwithstanding (review 46)", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 2 * HEARTBEAT + 15);
    await bench.witness(0, 3000e8);
    await bench.accept([3000e8], HALF);
    for (let i = 0; i < 19; i += 1) {
      await bench.nextRound(2, 2); // every other round is missed
      await bench.accept([3000e8]);
      expect((await bench.oracle.metrics(0)).level, `round ${i}`).to.equal(REDUCE_ONLY);
    }
    await bench.witness(0, 3000e8);
    for (let i = 0; i < 6; i += 1) await bench.accept([3000e8]);
    expect((await bench.oracle.metrics(0)).level).to.equal(0n);
  });

  it("asks for a witness and says ReduceOnly below two thirds of nominal weight (review 13)", async () => {
    const bench = await seasoned();
    await bench.oracle.connect(bench.registry).setMask(0b111);
    await bench.witness(0, 3000e8);
    await bench.accept([3010e8], [3, 4, 5]);
    expect((await bench.oracle.readRisk(0)).level).to.equal(REDUCE_ONLY);
    const round = await bench.nextRound();
    await expect(bench.relay(round, bench.same([3100e8], [3, 4, 5, 6])), "3 % off").to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
  });

  it("asks for a witness and says ReduceOnly until the time that the registry names, and no longer", async () => {
    const bench = await seasoned();
    const until = (await bench.now()) + 120;
    await expect(bench.oracle.connect(bench.registry).requireWitnessUntil(until))
      .to.emit(bench.oracle, "WitnessRequired")
      .withArgs(until);
    await bench.witness(0, 3000e8);
    await bench.accept([3010e8]);
    expect((await bench.oracle.readRisk(0)).level).to.equal(REDUCE_ONLY);
    await expect(bench.relay(await bench.nextRound(), bench.same([3100e8])), "3 % off").to.be.revertedWithCustomError(
      bench.oracle,
      "PriceOracle_NoQuorum",
    );
    await bench.moveTo(until);
    await bench.accept([3100e8]);
    expect((await bench.oracle.latestRoundData(0))[1]).to.equal(3100n * 10n ** 8n);
  });

  it("resumes in Recovery after a gap of ten minutes, and when the chain's clock lags", async () => {
    const bench = await seasoned();
    await bench.moveTo((await bench.now()) + 700);
    await bench.witness(0, 3000e8);
    await bench.accept([3000e8]);
    const metrics = await bench.oracle.metrics(0);
    expect(metrics.level).to.equal(2n);
    expect(metrics.sinceRecovery).to.equal(0n);
    expect((await bench.oracle.health()).gapEndedAt > 0n).to.equal(true);
  });
});
