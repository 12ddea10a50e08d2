// SPDX-License-Identifier: MIT
import { id as hashOf, ZeroHash } from "ethers";

import { MockAggregator__factory } from "../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { MockPyth__factory } from "../../../typechain-types/factories/mocks/MockPyth__factory.ts";
import type { MockAggregator } from "../../../typechain-types/mocks/MockAggregator.ts";
import type { MockPyth } from "../../../typechain-types/mocks/MockPyth.ts";
import type { IWitnessRouter } from "../../../typechain-types/oracle/WitnessRouter.ts";
import { OracleRoom } from "./OracleRoom.ts";

/** Of every source, seconds. */
export const HEARTBEAT = 3600n;
export const PYTH_ID = hashOf("ETH/USD");
export type Source = IWitnessRouter.WitnessSourceStruct;

export async function aggregator(room: OracleRoom, decimals = 8): Promise<MockAggregator> {
  const { ethers } = room.connection;
  const [deployer] = await ethers.getSigners();
  const deployed = await ethers.deployContract("MockAggregator", [decimals, "ETH / USD"]);
  return MockAggregator__factory.connect(await deployed.getAddress(), deployer!);
}

export async function pyth(room: OracleRoom): Promise<MockPyth> {
  const { ethers } = room.connection;
  const [deployer] = await ethers.getSigners();
  return MockPyth__factory.connect(await (await ethers.deployContract("MockPyth")).getAddress(), deployer!);
}

export async function source(target: MockAggregator | MockPyth, changes: Partial<Source> = {}): Promise<Source> {
  return {
    kind: 0,
    target: await target.getAddress(),
    id: ZeroHash,
    heartbeat: HEARTBEAT,
    minimum: 10n ** 8n,
    maximum: 10n ** 15n,
    thresholdBps: 50,
    trueTime: false,
    decimals: 0,
    usableAt: 0,
    ...changes,
  };
}

/** A room with a running set, a price of 3000 and one or two aggregators that agree. */
export async function running(sources = 1): Promise<{ room: OracleRoom; feeds: MockAggregator[] }> {
  const room = await OracleRoom.create({ validators: 4 });
  await room.registry.closeEpoch();
  await room.acceptRound([3000e8]);
  const feeds: MockAggregator[] = [];
  for (let index = 0; index < sources; index += 1) {
    const feed = await aggregator(room);
    await feed.push(3000e8, await room.now());
    await room.router.addSource(0, await source(feed));
    feeds.push(feed);
  }
  return { room, feeds };
}
