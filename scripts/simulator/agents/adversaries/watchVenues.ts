// SPDX-License-Identifier: MIT
import type { Log } from "../../../chain/Log.ts";
import { VenuePrices } from "../../../validator/VenuePrices.ts";
import { validatorConfig } from "../../world/programConfigs.ts";
import type { World } from "../../world/World.ts";

/** Prices of venues by feed, USD, 8 decimals; 0 where too few of them answer. */
export type SeeVenues = () => Promise<ReadonlyMap<string, bigint>>;

const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Somebody who reads the venues that the first validator reads, over HTTP as he does. */
export function watchVenues({ scenario, room, chain, population, network, time }: World, name: string): SeeVenues {
  const config = validatorConfig({ scenario, room, chainId: chain.chainId, ...population }, 0);
  const venues = new VenuePrices(network.transport(name), config, SILENT);
  return async () => {
    const prices = await venues.observe(BigInt(Math.floor(time.nowMs)));
    return new Map(scenario.feeds.map(({ id }, slot) => [id, prices[slot]!]));
  };
}

function nothing(): void {
  // Whoever looks at venues for himself keeps no log.
}
