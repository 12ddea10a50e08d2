// SPDX-License-Identifier: MIT
import { MockPyth__factory } from "../../../../typechain-types/factories/mocks/MockPyth__factory.ts";
import { OpenAuthority__factory } from "../../../../typechain-types/factories/mocks/OpenAuthority__factory.ts";
import { FIRST_PRICE, GAS } from "./KeeperBench.ts";
import type { KeeperBench } from "./KeeperBench.ts";

/** A Pyth witness of ETH. */
export interface ListedPyth {
  /** Its index in the router. */
  readonly source: number;
  /** It publishes a price now. 8 decimals. */
  publish(price: bigint): Promise<void>;
  /** It publishes a price, and the router looks. */
  look(price: bigint): Promise<void>;
}

const ETH = 0;
const ID = `0x${"e7".repeat(32)}`;
const EXPONENT = -8;
const PYTH_KIND = 1;

/** Deploys a Pyth contract and lists it as one more witness of ETH, without governance's two days. */
export async function listPyth(bench: KeeperBench): Promise<ListedPyth> {
  const { chain, room, actor } = bench;
  const router = room.router.connect(actor);
  const open = await new OpenAuthority__factory(actor).deploy(GAS);
  const pyth = await new MockPyth__factory(actor).deploy(GAS);
  await bench.block();
  const code = await chain.provider.getCode(await open.getAddress());
  await chain.provider.send("hardhat_setCode", [await room.router.authority(), code]);
  const publish = async (price: bigint): Promise<void> =>
    void (await bench.send(() => pyth.setPrice(ID, price, EXPONENT, bench.now, GAS)));
  const source = Number(await room.router.sourceCount(ETH));
  await bench.round();
  await publish(FIRST_PRICE);
  const described = {
    kind: PYTH_KIND,
    target: await pyth.getAddress(),
    id: ID,
    heartbeat: 3_600,
    minimum: 1n,
    maximum: FIRST_PRICE * 100n,
    thresholdBps: 0,
    trueTime: true,
    decimals: 0,
    usableAt: 0,
  };
  await bench.send(() => router.addSource(ETH, described, GAS));
  const look = async (price: bigint): Promise<void> => {
    await publish(price);
    await bench.send(() => router.pokeWitness(ETH, GAS));
  };
  return { source, publish, look };
}
