// SPDX-License-Identifier: MIT
import { Contract, ZeroHash } from "ethers";
import type { Provider } from "ethers";

import { anchorReach } from "../chainShape.ts";
import { addressOf } from "./Deployment.ts";
import type { Check } from "./Deployment.ts";

const ANCHOR = ["function hashOf(uint256) view returns (bytes32)", "function height() view returns (uint256)"];
/** While it is asked, the chain goes on; an adapter that counts another chain's blocks is off by millions. */
const TOLERANCE_MS = 120_000;

/** The adapter counts the blocks that the node counts, and knows them as far back as a late report may be anchored. */
export const checkAnchor: Check = async (provider, deployment) => {
  const { chain } = deployment.parameters;
  const anchor = new Contract(addressOf(deployment, "anchor"), ANCHOR, provider);
  const head = await provider.getBlockNumber();
  const height = (await anchor
    .getFunction("height")()
    .catch(() => undefined)) as bigint | undefined;
  if (height === undefined) return ["anchor.height cannot be read"];
  const apart = Math.abs(Number(height) - head);
  if (apart > Math.ceil(TOLERANCE_MS / chain.blockMs))
    return [`the anchor counts to ${height}, the node to ${head}: it is the adapter of another kind of chain`];
  const depths = [1, anchorReach(chain)].filter((depth) => depth <= head);
  const found = await Promise.all(depths.map((depth) => checkHash(provider, anchor, head - depth, depth)));
  return found.flat();
};

async function checkHash(provider: Provider, anchor: Contract, number: number, depth: number): Promise<string[]> {
  const [block, hash] = await Promise.all([provider.getBlock(number), anchor.getFunction("hashOf")(number)]);
  if (hash === block?.hash) return [];
  if (hash === ZeroHash) return [`the anchor does not know block ${number}, ${depth} blocks back`];
  return [`the anchor says that block ${number} is ${hash}, the node ${block?.hash}`];
}
