// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench } from "./OracleBench.ts";
import { OracleRoom } from "./OracleRoom.ts";
import { aggregator, pyth, PYTH_ID, running, source } from "./witnessSources.ts";
import type { Source } from "./witnessSources.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** An aggregator that may be silent for two days. */
const slow = async (feed: Parameters<typeof source>[0], changes: Partial<Source> = {}): Promise<Source> =>
  source(feed, { heartbeat: 2 * DAY, ...changes });

/** A room with a price of 3000, and an aggregator that nobody asks yet. */
async function withFeed() {
  const { room } = await running(0);
  return { room, feed: await aggregator(room) };
}

describe("Witness time", () => {
  it("takes the answer of a slow source as long as the source says it lives", async () => {
    const { room, feed } = await withFeed();
    await feed.push(3000e8, (await room.now()) - 40 * HOUR);
    await room.router.addSource(0, await slow(feed));
    await room.router.pokeWitness(0);
    const witness = await room.oracle.witnessOf(0);
    expect(witness.price).to.equal(3000n * 10n ** 8n);
    const checkedAt = Number(witness.observedAt) + Number(witness.checkedDelay) * 64;
    const late = (await room.now()) - checkedAt;
    expect(late >= 0 && late < 64, `poke remembered ${late} s early`).to.equal(true);
  });

  it("accuses nobody by what it said two minutes before the round", async () => {
    const bench = await OracleBench.create();
    const isWitnessed = async (): Promise<boolean> => {
      const round = await bench.accept([3000e8]);
      await bench.accept([3000e8]); // the round is kept when the next one arrives
      return (await bench.oracle.tryRoundPrice(0, round)).price.witnessed;
    };
    await bench.witness(0, 3000e8);
    expect(await isWitnessed(), "asked just before").to.equal(true);
    for (let index = 0; index < 14; index += 1) await bench.accept([3000e8]);
    expect(await isWitnessed(), "asked four minutes before").to.equal(false);
    await bench.witness(0, 3000e8);
    expect(await isWitnessed(), "asked again").to.equal(true);
  });

  it("is fresh for an hour after the poke, whatever the age of the answer", async () => {
    const bench = await OracleBench.create();
    const observedAt = (await bench.now()) - 20 * HOUR;
    await bench.witness(0, 3000e8, { observedAt });
    const poked = await bench.now();
    await bench.accept([3000e8]);
    await bench.accept([3000e8]);
    expect((await bench.oracle.tryRoundPrice(0, (await bench.oracle.metrics(0)).round - 1n))[1].witnessed).to.equal(
      true,
    );
    await bench.moveTo(poked + HOUR + 5);
    const round = await bench.accept([3000e8]);
    await bench.accept([3000e8]);
    expect((await bench.oracle.tryRoundPrice(0, round))[1].witnessed, "an hour later").to.equal(false);
  });

  it("refuses no price, the future, and what is too old to remember", async () => {
    const bench = await OracleBench.create();
    const now = await bench.now();
    for (const [price, observedAt] of [
      [0, now],
      [3000e8, now + 100],
      [3000e8, now - 4095 * 64 - 60],
    ] as const) {
      await expect(bench.witness(0, price, { observedAt }))
        .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_BadWitness")
        .withArgs(0n, BigInt(price), BigInt(observedAt));
    }
    await expect(bench.witness(1, 3000e8))
      .to.be.revertedWithCustomError(bench.oracle, "PriceOracle_UnknownFeed")
      .withArgs(1n, 1n);
  });

  it("counts a second look at the same far answer as another sample after a minute, not before", async () => {
    const bench = await OracleBench.create();
    for (let i = 0; i < 3; i += 1) await bench.accept([3000e8]);
    const observedAt = await bench.now();
    await bench.witness(0, 3300e8, { observedAt });
    for (const seconds of [10, 30, 55]) {
      await bench.moveTo(observedAt + seconds);
      await bench.witness(0, 3300e8, { observedAt });
      expect((await bench.oracle.witnessOf(0)).farSamples, `after ${seconds} s`).to.equal(1n);
    }
    await bench.moveTo(observedAt + 125);
    await bench.witness(0, 3300e8, { observedAt });
    expect((await bench.oracle.witnessOf(0)).farSamples).to.equal(2n);
  });

  it("finds our drift away from a source that is silent because nothing moves", async () => {
    const { room, feed } = await withFeed();
    await feed.push(3000e8, await room.now());
    await room.router.addSource(0, await slow(feed, { heartbeat: HOUR }));
    let price = 3000e8;
    for (let minute = 0; minute < 10; minute += 1) {
      price = Math.round(price * 1.01);
      await room.moveBy(45);
      await room.acceptRound([price]);
    }
    await room.router.pokeWitness(0);
    const { distanceBps } = await room.oracle.witnessOf(0);
    expect(distanceBps < -300n, `${distanceBps} bps: two minutes of the drift are excused, ten are not`).to.equal(true);
    await room.acceptRound([price]);
    expect((await room.oracle.metrics(0)).level >= 3n, "ReduceOnly").to.equal(true);
    const { low } = await room.oracle.readRisk(0);
    expect(low <= 3000n * 10n ** 8n, "the band reaches the witness").to.equal(true);
  });

  it("pays a poke when our own price moved, and not for standing still", async () => {
    const { room, feed } = await withFeed();
    const [caller] = await room.connection.ethers.getSigners();
    await feed.push(3000e8, await room.now());
    await room.router.addSource(0, await slow(feed));
    const owed = async (): Promise<bigint> =>
      (await room.pot.tipsOwed(caller!.address)) - (await room.oracle.tipsEarned(caller!.address));
    await room.router.pokeWitness(0);
    const first = await owed();
    await room.router.pokeWitness(0);
    expect(await owed(), "nothing moved").to.equal(first);
    await room.acceptRound([3010e8]);
    await room.router.pokeWitness(0);
    expect((await owed()) - first, "33 bps").to.equal(await room.router.pokeReward());
  });

  it("pays no second poke of a feed that has no price yet", async () => {
    const room = await OracleRoom.create({ validators: 0 });
    const [caller] = await room.connection.ethers.getSigners();
    const feed = await aggregator(room);
    await feed.push(3000e8, await room.now());
    await room.router.addSource(0, await slow(feed));
    for (let i = 0; i < 3; i += 1) await room.router.pokeWitness(0);
    expect(await room.pot.tipsOwed(caller!.address)).to.equal(await room.router.pokeReward());
  });

  it("skips a Pyth price that is unsure of itself, zero, negative or of an absurd exponent", async () => {
    const { room } = await running(0);
    const hub = await pyth(room);
    const price = 3000n * 10n ** 5n;
    await hub.setPrice(PYTH_ID, price, -5, await room.now());
    await room.router.addSource(0, await source(hub, { kind: 1, id: PYTH_ID }));
    await hub.setConfidence(PYTH_ID, price / 50n);
    await room.router.pokeWitness(0);
    expect((await room.oracle.witnessOf(0)).price, "2 % is sure enough").to.equal(3000n * 10n ** 8n);
    await hub.setConfidence(PYTH_ID, price / 50n + 1n);
    const isSkipped = async (reason: string): Promise<void> => {
      await expect(room.router.pokeWitness(0), reason)
        .to.be.revertedWithCustomError(room.router, "WitnessRouter_NoValidSource")
        .withArgs(0n);
    };
    await isSkipped("confidence");
    for (const [value, exponent] of [
      [0n, -5],
      [-price, -5],
      [1n, 19],
      [price, -37],
      [2n ** 63n - 1n, 18],
      [-(2n ** 63n), -(2 ** 31)],
    ] as const) {
      await hub.setPrice(PYTH_ID, value, exponent, await room.now());
      await isSkipped(`${value} · 10^${exponent}`);
    }
  });

  it("skips an aggregator whose answer does not fit, whatever its decimals", async () => {
    for (const [decimals, answer] of [
      [0, 10n ** 20n],
      [18, 2n ** 127n],
      [18, 2n ** 255n - 1n],
      [36, 1n],
      [255, 3000n * 10n ** 8n],
    ] as const) {
      const room = await OracleRoom.create({ validators: 0 });
      const odd = await aggregator(room, decimals);
      await odd.push(answer, await room.now());
      await room.router.addSource(0, await source(odd, { minimum: 0, maximum: 2n ** 64n - 1n }));
      const { usableAt } = await room.router.sourceAt(0, 0);
      await room.moveTo(Number(usableAt) + 1);
      await odd.push(answer, await room.now());
      await expect(room.router.pokeWitness(0), `${decimals} decimals`).to.be.revertedWithCustomError(
        room.router,
        "WitnessRouter_NoValidSource",
      );
    }
  });

  it("takes a wider deviation threshold for loosening while a trigger is true", async () => {
    const { room, feed } = await withFeed();
    await feed.push(3000e8, await room.now());
    await room.router.addSource(0, await slow(feed));
    expect(await room.oracle.anyTrigger(), "a new feed is in Recovery").to.equal(true);
    const wider = await slow(feed, { thresholdBps: 300 });
    await expect(room.router.replaceSource(0, 0, wider)).to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_TriggerActive",
    );
    await room.router.replaceSource(0, 0, await slow(feed, { thresholdBps: 25 }));
    await expect(room.router.replaceSource(0, 7, wider))
      .to.be.revertedWithCustomError(room.router, "WitnessRouter_UnknownSource")
      .withArgs(0n, 7n, 1n);
    await expect(room.router.sourceAt(3, 0))
      .to.be.revertedWithCustomError(room.router, "WitnessRouter_UnknownSource")
      .withArgs(3n, 0n, 0n);
  });
});
