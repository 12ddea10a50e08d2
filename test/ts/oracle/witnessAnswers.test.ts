// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { MockAggregator } from "../../../typechain-types/mocks/MockAggregator.ts";
import { OracleRoom } from "./OracleRoom.ts";
import { aggregator, pyth, PYTH_ID, running, source } from "./witnessSources.ts";

const WEEK = 7 * 24 * 3600;
/** Unix time with one bit above 64: what is left when that is cut off is now. */
const tooLate = async (room: OracleRoom): Promise<bigint> => 2n ** 64n + BigInt(await room.now());

/** A room with a price of 3000, an aggregator that says the same, and a Pyth that nobody asks yet. */
async function withPyth() {
  const { room, feeds } = await running();
  const hub = await pyth(room);
  await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await room.now());
  const addPyth = async (): Promise<unknown> =>
    room.router.addSource(0, await source(hub, { kind: 1, id: PYTH_ID, trueTime: true }));
  return { room, feed: feeds[0]!, hub, addPyth, poked: () => expect(room.router.pokeWitness(0)) };
}

describe("Answers of witnesses", () => {
  it("are none where Pyth has no price, or one of a time that no word holds", async () => {
    const { room, hub, addPyth, poked } = await withPyth();
    await addPyth();
    await poked().not.to.emit(room.router, "SourceSkipped");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await tooLate(room));
    await poked().to.emit(room.router, "SourceSkipped");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, 0);
    await poked().to.emit(room.router, "SourceSkipped");
  });

  it("are none where an aggregator says a time that no word holds", async () => {
    const { room, feed, addPyth, poked } = await withPyth();
    await addPyth();
    await feed.push(3000e8, await tooLate(room));
    await poked().to.emit(room.router, "SourceSkipped");
  });

  it("are none where the code of a source is gone", async () => {
    const { room, feed, addPyth, poked } = await withPyth();
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
    const { room, hub, addPyth, poked } = await withPyth();
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
    const { room } = await running();
    await room.moveBy(600);
    const saying = async (price: number): Promise<MockAggregator> => {
      const feed = await aggregator(room);
      await feed.push(price, await room.now());
      return feed;
    };
    const usableIn = async (index: number): Promise<number> =>
      Number((await room.router.sourceAt(0, index)).usableAt) - (await room.now());
    await room.router.addSource(0, await source(await saying(3300e8)));
    expect(await usableIn(1), "ten percent off").to.equal(WEEK);
    await room.router.addSource(0, await source(await saying(3010e8)));
    expect(await usableIn(2), "beside the first").to.equal(0);
    await room.router.replaceSource(0, 0, await source(await saying(3300e8)));
    expect(await usableIn(0), "beside one that waits").to.equal(WEEK);
    await room.router.replaceSource(0, 1, await source(await saying(3020e8)));
    expect(await usableIn(1), "the first waits, the third speaks").to.equal(0);
  });
});
