// SPDX-License-Identifier: MIT
import type { Links } from "./SimulatedNetwork.ts";
import type { RpcManner } from "./SimulatedRpc.ts";
import type { VenueManner } from "./SimulatedVenue.ts";

/** How the world treats its actors. As it is made everything is well; a scenario's faults replace what they bend. */
export interface Manners {
  /** What befalls requests between actors. */
  links: Links;
  /** What endpoints of the chain answer. */
  rpc: RpcManner;
  /** What venues show. */
  venue: VenueManner;
  /** What an actor's clock shows ahead of the true time, milliseconds. */
  skewMs: (actor: string) => number;
  /** Blocks by which what is final lags behind the newest. */
  finalityLag: () => number;
  /** Base fee of the block at a second of the scenario, gwei. */
  gasGwei: (seconds: number) => number;
}

/** Everything is well. */
export function goodManners({ finalityLag, gasGwei }: Pick<Manners, "finalityLag" | "gasGwei">): Manners {
  return {
    links: () => undefined,
    rpc: () => undefined,
    venue: (_name, _feed, price) => price,
    skewMs: () => 0,
    finalityLag,
    gasGwei,
  };
}
