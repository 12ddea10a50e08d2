// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { id as hashOf, ZeroHash } from "ethers";

import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { MockPyth__factory } from "../../../typechain-types/factories/mocks/MockPyth__factory.ts";
import type { MockAggregator } from "../../../typechain-types/mocks/MockAggregator.ts";
import type { IWitnessRouter } from "../../../typechain-types/oracle/WitnessRouter.ts";
import { OracleRoom } from "./OracleRoom.ts";

const WEEK = 7 * 24 * 3600;
const PYTH_ID = hashOf("ETH/USD");
const PYTH = 1;
/** Unix time with one bit above 64: what is left when that is cut off is now. */
const tooLate = async (room: OracleRoom): Promise<bigint> => 2n ** 64n + BigInt(await room.now());

const sourceOf = (target: string, kind = 0): IWitnessRouter.WitnessSourceStruct => ({
  kind,
  target,
  id: kind === PYTH ? PYTH_ID : ZeroHash,
  heartbeat: 3_600n,
  minimum: 10n ** 8n,
  maximum: 10n ** 15n,
  thresholdBps: 50,
  trueTime: kind === PYTH,
  decimals: 0,
  usableAt: 0,
});

/** A room with a price of 3000, an aggregator that says the same, and a Pyth that nobody asks yet. */
async function running() {
  const room = await OracleRoom.create({ validators: 4 });
  await room.registry.closeEpoch();
  await room.acceptRound([3000e8]);
  const { ethers } = room.connection;
  const [caller] = await ethers.getSigners();
  const aggregator = async (price: number): Promise<MockAggregator> => {
    const deployed = await ethers.deployContract("MockAggregator", [8, "ETH / USD"]);
    const feed = MockAggregator__factory.connect(await deployed.getAddress(), caller!);
    await feed.push(price, await room.now());
    return feed;
  };
  const hub = MockPyth__factory.connect(await (await ethers.deployContract("MockPyth")).getAddress(), caller!);
  await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await room.now());
  const feed = await aggregator(3000e8);
  await room.router.addSource(0, sourceOf(await feed.getAddress()));
  const addPyth = async (): Promise<unknown> => room.router.addSource(0, sourceOf(await hub.getAddress(), PYTH));
  const poked = () => expect(room.router.pokeWitness(0));
  const usableIn = async (index: number): Promise<number> =>
    Number((await room.router.sourceAt(0, index)).usableAt) - (await room.now());
  return { room, feed, hub, aggregator, addPyth, poked, usableIn };
}

describe("Answers of witnesses", () => {
  it("are none where Pyth has no price, or one of a time that no word holds", async () => {
    const { room, hub, addPyth, poked } = await running();
    await addPyth();
    await poked().not.to.emit(room.router, "SourceSkipped");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await tooLate(room));
    await poked().to.emit(room.router, "SourceSkipped");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, 0);
    await poked().to.emit(room.router, "SourceSkipped");
  });

  it("are none where an aggregator says a time that no word holds", async () => {
    const { room, feed, addPyth, poked } = await running();
    await addPyth();
    await feed.push(3000e8, await tooLate(room));
    await poked().to.emit(room.router, "SourceSkipped");
  });

  it("are none where the code of a source is gone", async () => {
    const { room, feed, addPyth, poked } = await running();
    await addPyth();
    const target = await feed.getAddress();
    await room.connection.provider.request({ method: "hardhat_setCode", params: [target, "0x"] });
    await poked().to.emit(room.router, "SourceSkipped").withArgs(0n, 0n, target);
  });

  it("are none of a source that there is not", async () => {
    const { room } = await running();
    expect(await room.router.tryPriceAt(0, 1, 1, await room.now())).to.deep.equal([false, 0n, 0n, 0n]);
  });

  it("are kept once, however often somebody asks for the same", async () => {
    const { room, hub, addPyth, poked } = await running();
    await addPyth();
    const start = await room.now();
    await hub.setPrice(PYTH_ID, 3005n * 10n ** 5n, -5, start);
    for (let asked = 0; asked < 3; asked += 1) await poked().not.to.emit(room.router, "SourceSkipped");
    await room.moveBy(60);
    await hub.setPrice(PYTH_ID, 3010n * 10n ** 5n, -5, start + 55);
    await room.router.pokeWitness(0);
    const kept = [true, 3005n * 10n ** 8n, BigInt(start), BigInt(start + 55)];
    expect(await room.router.tryPriceAt(0, 1, 1, start + 30)).to.deep.equal(kept);
    expect((await room.router.tryPriceAt(0, 1, 3, start + 30))[0], "there is no third").to.equal(false);
  });
});

describe("A new witness, while the oracle's own price is old", () => {
  it("is taken at once on the word of one that is asked already, not of one that waits or is replaced", async () => {
    const { room, aggregator, usableIn } = await running();
    await room.moveBy(600);
    const add = async (price: number): Promise<unknown> =>
      room.router.addSource(0, sourceOf(await (await aggregator(price)).getAddress()));
    await add(3300e8);
    expect(await usableIn(1), "ten percent off").to.equal(WEEK);
    await add(3010e8);
    expect(await usableIn(2), "beside the first").to.equal(0);
    const like = await aggregator(3300e8);
    await room.router.replaceSource(0, 0, sourceOf(await like.getAddress()));
    expect(await usableIn(0), "beside one that waits").to.equal(WEEK);
    const again = await aggregator(3020e8);
    await room.router.replaceSource(0, 1, sourceOf(await again.getAddress()));
    expect(await usableIn(1), "the first waits, the third speaks").to.equal(0);
  });
});
