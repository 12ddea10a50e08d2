// SPDX-License-Identifier: MIT
import { Contract } from "ethers";
import type { Provider } from "ethers";

import { SOURCE_KINDS } from "../modules/oracleRoom.ts";
import { compare } from "./compare.ts";
import type { Reading } from "./compare.ts";
import { addressOf, same } from "./Deployment.ts";
import type { Check, Deployment } from "./Deployment.ts";

const SOURCE =
  "tuple(uint8 kind, address target, bytes32 id, uint32 heartbeat, uint64 minimum, uint64 maximum, uint16 thresholdBps, bool trueTime, uint8 decimals, uint64 usableAt)";
const ROUTER = [`function sourceAt(uint256, uint256) view returns (${SOURCE})`];

/** Anchor, oracle, registry and router have the parameters of the network, and each feed the witnesses that they name. */
export const checkOracle: Check = async (provider, deployment) => {
  const { parameters } = deployment;
  const { anchor } = parameters.chain;
  const feeds = parameters.feeds.flatMap(({ description, tick, sources }, feed): Reading[] => [
    ["oracle", "feedDescription(uint256) string", description, feed],
    ["oracle", "feedTick(uint256) uint64", tick, feed],
    ["router", "sourceCount(uint256) uint256", BigInt(sources.length), feed],
    [`facade${feed}`, "oracle() address", addressOf(deployment, "oracle")],
    [`facade${feed}`, "feed() uint256", BigInt(feed)],
  ]);
  const found = await compare(provider, deployment, [
    ["anchor", "history() address", anchor.history],
    ...(anchor.adapter === "ArbitrumAnchor" ? [["anchor", "system() address", anchor.system] as const] : []),
    ["oracle", "heartbeat() uint256", BigInt(parameters.heartbeat)],
    ["oracle", "tipBase() uint256", parameters.tipBase],
    ["oracle", "feedCount() uint256", BigInt(parameters.feeds.length)],
    ["registry", "targetSize() uint256", BigInt(parameters.targetSize)],
    ["registry", "minimumBond() uint256", parameters.minimumBond],
    ["registry", "epochReward() uint256", parameters.epochReward],
    ["router", "pokeReward() uint256", parameters.pokeReward],
    ...feeds,
  ]);
  return [...found, ...(await checkSources(provider, deployment))];
};

async function checkSources(provider: Provider, deployment: Deployment): Promise<string[]> {
  const router = new Contract(addressOf(deployment, "router"), ROUTER, provider);
  const all = deployment.parameters.feeds.flatMap(({ sources }, feed) =>
    sources.map((source, index) => ({ source, feed, index })),
  );
  const found = await Promise.all(
    all.map(async ({ source, feed, index }) => {
      const place = `witness ${index} of feed ${feed}`;
      const kept = await router
        .getFunction("sourceAt")(feed, index)
        .catch(() => undefined);
      if (kept === undefined) return [`${place} is missing`];
      const wrong = same(kept.target, source.target) ? [] : [`${place} asks ${kept.target}, not ${source.target}`];
      if (kept.kind !== BigInt(SOURCE_KINDS[source.kind])) wrong.push(`${place} is not of kind ${source.kind}`);
      if (kept.usableAt === REMOVED) wrong.push(`${place} was removed`);
      const { id, heartbeat, minimum, maximum, thresholdBps, trueTime } = source;
      for (const [name, value] of Object.entries({ id, heartbeat, minimum, maximum, thresholdBps, trueTime }))
        if (String(kept[name]) !== String(value)) wrong.push(`${place}: ${name} is ${kept[name]}, not ${value}`);
      return wrong;
    }),
  );
  return found.flat();
}

/** When a removed source becomes usable. */
const REMOVED = 2n ** 64n - 1n;
