// SPDX-License-Identifier: MIT
import { JsonRpcProvider, Network } from "ethers";
import { network } from "hardhat";

/** Chain id of every test chain. */
export const CHAIN_ID = 31_337n;

/** A chain behind HTTP. */
export interface TestChain {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  close(): Promise<void>;
}

/** Starts a chain whose first block has the given time, in seconds; it mines with every transaction until told otherwise. */
export async function startChain(firstTimestamp: bigint): Promise<TestChain> {
  const initialDate = new Date(Number(firstTimestamp) * 1000);
  const server = await network.createServer({ network: "default", override: { initialDate } }, "127.0.0.1", 0);
  const { port } = await server.listen();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const chain = Network.from(CHAIN_ID);
  const options = { batchMaxCount: 1, cacheTimeout: -1, staticNetwork: chain, pollingInterval: 20 };
  const provider = new JsonRpcProvider(rpcUrl, chain, options);
  const close = async (): Promise<void> => {
    provider.destroy();
    await server.close();
  };
  return { rpcUrl, provider, close };
}
