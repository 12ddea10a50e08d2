// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { OracleRoom } from "./OracleRoom.ts";
import { aggregator, pyth, PYTH_ID, running, source } from "./witnessSources.ts";

/** More than two heartbeats of the oracle: its own price vouches for nobody any more. */
const SILENCE = 200;

describe("WitnessRouter, what it does not believe", () => {
  const expectSkipped = async (room: OracleRoom, index: number, why: string): Promise<void> => {
    const { target } = await room.router.sourceAt(0, index);
    await expect(room.router.pokeWitness(0), why).to.emit(room.router, "SourceSkipped").withArgs(0n, index, target);
  };

  it("skips an aggregator whose time only fits after cutting", async () => {
    const { room, feeds } = await running(2);
    await feeds[1]!.push(3000e8, 2n ** 64n + BigInt(await room.now()));
    await expectSkipped(room, 1, "a time of 65 bits");
  });

  it("skips a source whose contract is gone", async () => {
    const { room, feeds } = await running(2);
    const gone = await feeds[1]!.getAddress();
    await room.connection.provider.request({ method: "hardhat_setCode", params: [gone, "0x"] });
    await expectSkipped(room, 1, "no code");
  });

  it("skips a Pyth source that knows no price, or whose time only fits after cutting", async () => {
    const { room } = await running();
    const hub = await pyth(room);
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, await room.now());
    await room.router.addSource(0, await source(hub, { kind: 1, id: PYTH_ID, trueTime: true }));
    await expect(room.router.pokeWitness(0), "as it should be").not.to.emit(room.router, "SourceSkipped");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, 0);
    await expectSkipped(room, 1, "it refuses");
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, 2n ** 64n + BigInt(await room.now()));
    await expectSkipped(room, 1, "a time of 65 bits");
  });

  it("keeps one observation of a Pyth price, however often it is looked at", async () => {
    const { room } = await running();
    const hub = await pyth(room);
    const start = await room.now();
    await hub.setPrice(PYTH_ID, 3000n * 10n ** 5n, -5, start);
    await room.router.addSource(0, await source(hub, { kind: 1, id: PYTH_ID, trueTime: true }));
    for (let looks = 0; looks < 3; looks += 1) await room.router.pokeWitness(0);
    await room.moveBy(60);
    await hub.setPrice(PYTH_ID, 3010n * 10n ** 5n, -5, start + 55);
    await room.router.pokeWitness(0);
    const first = [true, 3000n * 10n ** 8n, BigInt(start), BigInt(start + 55)];
    expect(await room.router.tryPriceAt(0, 1, 1, start + 30)).to.deep.equal(first);
  });

  it("proves nothing by a source that is not there", async () => {
    const { room } = await running();
    expect(await room.router.tryPriceAt(0, 1, 1, await room.now())).to.deep.equal([false, 0n, 0n, 0n]);
  });

  it("lets neither the source that is replaced nor one that waits vouch for another", async () => {
    const { room } = await running();
    await room.moveBy(SILENCE);
    const [successor, third] = [await aggregator(room), await aggregator(room)];
    for (const feed of [successor, third]) await feed.push(3000e8, await room.now());
    const isUsable = async (index: number): Promise<boolean> =>
      (await room.router.sourceAt(0, index)).usableAt <= BigInt(await room.now());
    await room.router.replaceSource(0, 0, await source(successor));
    expect(await isUsable(0), "the successor of the only source").to.equal(false);
    await room.router.addSource(0, await source(third));
    expect(await isUsable(1), "beside a source that waits").to.equal(false);
  });
});
