// SPDX-License-Identifier: MIT
import type { HttpAnswer } from "../../chain/Transport.ts";
import type { Prices } from "../../model/types.ts";
import type { ProcessPorts } from "./ProcessPorts.ts";
import type { AnswerText } from "./SimulatedChain.ts";
import type { HANGS, HostManner, Links } from "./SimulatedNetwork.ts";

/** A question of an actor to one of its endpoints. */
export interface RpcQuestion {
  readonly from: string;
  /** Name of its host. */
  readonly endpoint: string;
  readonly method: string;
  /** JSON text of the list. */
  readonly parameters: string;
}

/**
 * What an endpoint makes of a question: `ask` is how the chain would answer one. Undefined: the endpoint is well.
 */
export type RpcManner = (
  question: RpcQuestion,
  ask: (question: Pick<RpcQuestion, "method" | "parameters">) => Promise<AnswerText>,
) => Promise<HttpAnswer | AnswerText | typeof HANGS> | undefined;

/** What the price of a venue becomes; undefined: the venue does not answer. */
export type VenueManner = (venue: string, feed: string, price: bigint) => bigint | undefined;

/** How the world treats its actors. As it is made everything is well; a scenario's faults replace what they bend. */
export interface Manners {
  /** What befalls requests between actors. */
  links: Links;
  /** What they are answered. */
  hosts: HostManner;
  /** What endpoints of the chain answer. */
  rpc: RpcManner;
  /** What venues show. */
  venue: VenueManner;
  /** What a witness would say of a feed next; undefined: nothing. */
  witness: (witness: string, feed: string, price: bigint) => bigint | undefined;
  /** What a validator takes for the prices, from what it observed. */
  prices: (validator: string, observed: Prices) => Prices;
  /** What a program's process runs on. */
  ports: (actor: string, ports: ProcessPorts) => ProcessPorts;
  /** What an actor's clock shows ahead of the true time, milliseconds. */
  skewMs: (actor: string) => number;
  /** Blocks by which what is final lags behind the newest. */
  finalityLag: () => number;
  /** Base fee of the block at a second of the scenario, gwei. */
  gasGwei: (seconds: number) => number;
  /** Whether no blocks come. */
  isHalted: () => boolean;
  /** What blocks say is so many seconds ago, as far as they can. */
  clockLagSeconds: () => number;
  /** Senders, in lower case, whose transactions are in no block; undefined where nobody is left out. */
  leavesOut: ((sender: string) => boolean) | undefined;
}

/** Everything is well. */
export function goodManners({ finalityLag, gasGwei }: Pick<Manners, "finalityLag" | "gasGwei">): Manners {
  return {
    links: () => undefined,
    hosts: (_to, delivery, host) => host(delivery),
    rpc: () => undefined,
    venue: (_name, _feed, price) => price,
    witness: (_name, _feed, price) => price,
    prices: (_validator, observed) => observed,
    ports: (_actor, ports) => ports,
    skewMs: () => 0,
    finalityLag,
    gasGwei,
    isHalted: () => false,
    clockLagSeconds: () => 0,
    leavesOut: undefined,
  };
}
