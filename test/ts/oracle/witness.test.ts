// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { getAddress } from "ethers";

import { OracleRoom } from "./OracleRoom.ts";
import { aggregator, HEARTBEAT, pyth, PYTH_ID, running, source } from "./witnessSources.ts";
import type { Source } from "./witnessSources.ts";

const WEEK = 7 * 24 * 3600;

const witnessPrice = async (room: OracleRoom): Promise<bigint> => (await room.oracle.witnessOf(0)).price;

describe("WitnessRouter", () => {
  it("caches the nearest valid source, scaled to 8 decimals", async () => {
    const { room, feeds } = await running();
    const wide = await aggregator(room, 18);
    await wide.push(3003n * 10n ** 18n, await room.now());
    await room.router.addSource(0, await source(wide));
    await feeds[0]!.push(2900e8, await room.now());
    await room.router.pokeWitness(0);
    expect(await witnessPrice(room)).to.equal(3003n * 10n ** 8n);
  });

  it("skips a source that fails, burns its gas, floods, is stale, at a bound, negative or from the future", async () => {
    const { room, feeds } = await running(2);
    const [good, bad] = [feeds[0]!, feeds[1]!];
    const now = async (): Promise<number> => room.now();
    await good.push(3000e8, await now());
    for (const failure of [1, 2, 3]) {
      await bad.setFailure(failure);
      await expect(room.router.pokeWitness(0, { gasLimit: 8_000_000 }), `failure ${failure}`).to.emit(
        room.router,
        "SourceSkipped",
      );
      expect(await witnessPrice(room)).to.equal(3000n * 10n ** 8n);
    }
    await bad.setFailure(0);
    const answers: [number | bigint, number][] = [
      [3000e8, (await now()) - 3700],
      [1e8, await now()],
      [10n ** 15n, await now()],
      [-1, await now()],
      [0, await now()],
      [3000e8, (await now()) + 900],
    ];
    for (const [answer, updatedAt] of answers) {
      await bad.push(answer, updatedAt);
      await expect(room.router.pokeWitness(0), `answer ${answer}`).to.emit(room.router, "SourceSkipped");
    }
  });

  it("refuses to judge a source that the caller starved of gas", async () => {
    const { room } = await running();
    await expect(room.router.pokeWitness(0, { gasLimit: 250_000 })).to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_GasStarved",
    );
  });

  it("refuses a poke without a valid source, and of an unknown feed", async () => {
    const { room, feeds } = await running();
    await feeds[0]!.setFailure(1);
    await expect(room.router.pokeWitness(0))
      .to.be.revertedWithCustomError(room.router, "WitnessRouter_NoValidSource")
      .withArgs(0n);
    await expect(room.router.pokeWitness(5))
      .to.be.revertedWithCustomError(room.router, "WitnessRouter_UnknownFeed")
      .withArgs(5n, 1n);
  });

  it("adds no source to a feed that does not exist, and none without code", async () => {
    const { room, feeds } = await running();
    await expect(room.router.addSource(5, await source(feeds[0]!)))
      .to.be.revertedWithCustomError(room.router, "WitnessRouter_UnknownFeed")
      .withArgs(5n, 1n);
    const nobody = getAddress("0x00000000000000000000000000000000000000aa");
    const given = await source(feeds[0]!, { target: nobody });
    const adds = [() => room.router.addSource(0, given), () => room.router.replaceSource(0, 0, given)];
    for (const add of adds) {
      await expect(add())
        .to.be.revertedWithCustomError(room.router, "WitnessRouter_BadSource")
        .withArgs(nobody, HEARTBEAT, given.minimum, given.maximum);
    }
  });

  it("names a source that is not there, to whoever replaces, removes or looks at it", async () => {
    const { room, feeds } = await running();
    const given = await source(feeds[0]!);
    const calls = {
      replaces: async () => room.router.replaceSource(0, 1, given),
      removes: async () => room.router.removeSource(0, 1),
      looks: async () => room.router.sourceAt(0, 1),
    };
    for (const [who, call] of Object.entries(calls)) {
      await expect(call(), who)
        .to.be.revertedWithCustomError(room.router, "WitnessRouter_UnknownSource")
        .withArgs(0n, 1n, 1n);
    }
  });

  it("adds or replaces no source that it had no gas to ask", async () => {
    const { room, feeds } = await running();
    const given = await source(feeds[0]!);
    const gas = { gasLimit: 330_000 };
    const adds = [() => room.router.addSource(0, given, gas), () => room.router.replaceSource(0, 0, given, gas)];
    for (const add of adds) {
      await expect(add()).to.be.revertedWithCustomError(room.router, "WitnessRouter_GasStarved");
    }
  });

  it("measures the distance to our price at the witness's time, not now (review 26)", async () => {
    const { room, feeds } = await running();
    const observed = await room.now();
    for (const price of [2900e8, 2800e8, 2700e8]) await room.acceptRound([price]);
    await feeds[0]!.push(3000e8, observed);
    await room.router.pokeWitness(0);
    expect((await room.oracle.witnessOf(0)).distanceBps, "a late witness of a crash is no contradiction").to.equal(0n);
  });

  it("needs two samples before a far witness halts", async () => {
    const { room, feeds } = await running();
    await room.acceptRound([3000e8]);
    await room.moveBy(5);
    await feeds[0]!.push(3600e8, await room.now());
    await room.router.pokeWitness(0);
    await room.acceptRound([3000e8]);
    expect((await room.oracle.metrics(0)).level, "one sample").to.equal(3n);
    await room.router.pokeWitness(0);
    await room.acceptRound([3000e8]);
    expect((await room.oracle.metrics(0)).level, "the same sample again").to.equal(3n);
    await room.moveBy(5);
    await feeds[0]!.push(3600e8, await room.now());
    await room.router.pokeWitness(0);
    await room.acceptRound([3000e8]);
    expect((await room.oracle.metrics(0)).level, "two samples").to.equal(4n);
  });

  it("says when two sources agree and when they are 8 % apart", async () => {
    const { room, feeds } = await running(2);
    await feeds[0]!.push(3000e8, await room.now());
    await feeds[1]!.push(3020e8, await room.now());
    await room.router.pokeWitness(0);
    expect((await room.oracle.witnessOf(0)).agreed).to.equal(true);
    expect(await witnessPrice(room), "the mean of two").to.equal(3010n * 10n ** 8n);
    await feeds[1]!.push(3300e8, await room.now());
    await room.router.pokeWitness(0);
    expect((await room.oracle.witnessOf(0)).conflicted).to.equal(true);
    await room.acceptRound([3000e8]);
    expect((await room.oracle.metrics(0)).level >= 1n, "Cautious at least").to.equal(true);
  });

  it("pays a poke that was due, not the next one, and not more than 60 an hour", async () => {
    const { room, feeds } = await running();
    const [caller] = await room.connection.ethers.getSigners();
    const owed = async (): Promise<bigint> =>
      (await room.pot.tipsOwed(caller!.address)) - (await room.oracle.tipsEarned(caller!.address));
    const before = await owed();
    await room.router.pokeWitness(0);
    const once = await owed();
    expect(once > before).to.equal(true);
    await room.router.pokeWitness(0);
    expect(await owed(), "nothing new").to.equal(once);
    let paid = 0n;
    for (let index = 0; index < 80; index += 1) {
      await feeds[0]!.push(3000e8 + (index % 2) * 20e8, await room.now());
      await room.router.pokeWitness(0);
      paid = ((await owed()) - once) / (once - before);
    }
    expect(paid <= 60n, `${paid} paid`).to.equal(true);
  });

  it("makes a source that nobody vouches for wait seven days (DESIGN §8: governance capture)", async () => {
    const { room } = await running();
    const liar = await aggregator(room);
    await liar.push(4000e8, await room.now());
    await room.router.addSource(0, await source(liar));
    const added = await room.router.sourceAt(0, 1);
    expect(Number(added.usableAt) >= (await room.now()) + WEEK - 5).to.equal(true);
    await room.router.pokeWitness(0);
    expect(await witnessPrice(room)).to.equal(3000n * 10n ** 8n);
  });

  it("replaces a mis-scaled witness while its own trigger is true, but removes and loosens nothing then (review 36)", async () => {
    const { room, feeds } = await running(2);
    await feeds[0]!.push(30e8, await room.now());
    await feeds[1]!.push(30e8, await room.now());
    await room.router.pokeWitness(0);
    await room.acceptRound([3000e8]);
    expect(await room.oracle.anyTrigger()).to.equal(true);
    await expect(room.router.removeSource(0, 1)).to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_TriggerActive",
    );
    const looser = await source(feeds[0]!, { heartbeat: 2n * HEARTBEAT });
    await expect(room.router.replaceSource(0, 0, looser)).to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_TriggerActive",
    );
    const right = await aggregator(room);
    await right.push(3000e8, await room.now());
    await room.router.replaceSource(0, 0, await source(right));
    expect(
      (await room.router.sourceAt(0, 0)).usableAt <= BigInt(await room.now()),
      "vouched for by a fresh quorum price",
    ).to.equal(true);
    await room.router.pokeWitness(0);
    expect(await witnessPrice(room)).to.equal(3000n * 10n ** 8n);
  });

  it("keeps at least one source and refuses unsound ones", async () => {
    const { room, feeds } = await running();
    await expect(room.router.removeSource(0, 0)).to.be.revertedWithCustomError(room.router, "WitnessRouter_LastSource");
    const unsound: Partial<Source>[] = [
      { heartbeat: 0n },
      { heartbeat: 200_000n },
      { minimum: 10n ** 15n },
      { thresholdBps: 10_001 },
    ];
    for (const change of unsound) {
      const given = await source(feeds[0]!, change);
      await expect(room.router.addSource(0, given)).to.be.revertedWithCustomError(
        room.router,
        "WitnessRouter_BadSource",
      );
    }
    for (let index = 0; index < 3; index += 1) await room.router.addSource(0, await source(feeds[0]!));
    await expect(room.router.addSource(0, await source(feeds[0]!))).to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_TooManySources",
    );
  });

  it("removes a source in calm, and leaves the others their places", async () => {
    const { room, feeds } = await running(2);
    await feeds[1]!.push(3001e8, await room.now());
    while (await room.oracle.anyTrigger()) {
      await room.router.pokeWitness(0);
      await room.moveBy(20);
      await room.acceptRound([3000e8]);
    }
    await room.router.removeSource(0, 0);
    expect(await room.router.sourceCount(0)).to.equal(2n);
    expect((await room.router.sourceAt(0, 1)).target).to.equal(await feeds[1]!.getAddress());
    await room.router.pokeWitness(0);
    expect((await room.oracle.witnessOf(0)).price, "the other one speaks").to.equal(3001n * 10n ** 8n);
    const [ok] = await room.router.tryPriceAt(0, 0, 1, await room.now());
    expect(ok, "what was removed proves nothing").to.equal(false);
    await expect(room.router.removeSource(0, 1), "the last that speaks").to.be.revertedWithCustomError(
      room.router,
      "WitnessRouter_LastSource",
    );
    await room.router.replaceSource(0, 0, await source(feeds[1]!));
    await room.router.removeSource(0, 1);
    await room.router.pokeWitness(0);
  });

  it("proves a past price by a round and its successor", async () => {
    const { room, feeds } = await running();
    const [feed] = feeds;
    const start = await room.now();
    await feed!.push(3010e8, start + 10);
    await feed!.push(3020e8, start + 30);
    const answer = await room.router.tryPriceAt(0, 0, 2, start + 20);
    expect(answer).to.deep.equal([true, 3010n * 10n ** 8n, BigInt(start + 10), BigInt(start + 30)]);
    expect((await room.router.tryPriceAt(0, 0, 2, start + 30))[0], "the successor was there").to.equal(false);
    expect((await room.router.tryPriceAt(0, 0, 2, start + 9))[0], "not yet published").to.equal(false);
    expect((await room.router.tryPriceAt(0, 0, 3, start + 40))[0], "no successor yet").to.equal(false);
    await feed!.nextPhase();
    await feed!.push(3030e8, start + 50);
    expect(
      (await room.router.tryPriceAt(0, 0, 3, start + 40))[0],
      "a phase that ended proves nothing past its last round",
    ).to.equal(false);
  });

  it("keeps what Pyth published at each poke, and none of it after the source was replaced", async () => {
    const { room } = await running();
    const hub = await pyth(room);
    const start = await room.now();
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, start);
    await room.router.addSource(0, await source(hub, { kind: 1, id: PYTH_ID, trueTime: true }));
    await room.router.pokeWitness(0);
    await room.moveBy(60);
    await hub.setPrice(PYTH_ID, 3010n * 10n ** 5n, -5, start + 55);
    await room.router.pokeWitness(0);
    expect(await room.router.tryPriceAt(0, 1, 1, start + 30)).to.deep.equal([
      true,
      3000n * 10n ** 8n,
      BigInt(start),
      BigInt(start + 55),
    ]);
    const other = await pyth(room);
    await other.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await room.now());
    await room.acceptRound([3000e8]);
    await room.router.replaceSource(0, 1, await source(other, { kind: 1, id: PYTH_ID, trueTime: true }));
    expect((await room.router.tryPriceAt(0, 1, 1, start + 30))[0]).to.equal(false);
  });
});

describe("AggregatorFacade", () => {
  it("answers all five functions with stable round ids", async () => {
    const { room } = await running();
    const [round] = await room.facade.latestRoundData();
    await room.acceptRound([3001e8]);
    expect(await room.facade.decimals()).to.equal(8n);
    expect(await room.facade.version()).to.equal(1n);
    expect(await room.facade.description()).to.equal("FEED-0");
    const data = await room.facade.getRoundData(round);
    expect(data).to.deep.equal([round, 3000n * 10n ** 8n, round * 15n, round * 15n, round]);
    await expect(room.facade.getRoundData(1)).to.be.revertedWithCustomError(room.oracle, "PriceOracle_NoData");
  });
});
