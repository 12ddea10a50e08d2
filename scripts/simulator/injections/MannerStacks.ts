// SPDX-License-Identifier: MIT
import type { Manners } from "../world/Manners.ts";
import type { RpcManner, RpcQuestion } from "../world/Manners.ts";
import { Stack } from "./Stack.ts";

/** Answer of an endpoint, whatever becomes of it. */
export type RpcAnswer = Awaited<NonNullable<ReturnType<RpcManner>>>;
/** How an endpoint answers. */
export type RpcCall = (question: RpcQuestion) => Promise<RpcAnswer>;
/** What bends an endpoint's answers; the call below may be asked more than once, or something else. */
export type RpcLayer = (question: RpcQuestion, below: RpcCall) => Promise<RpcAnswer>;

/** One stack for each manner of a world. */
export interface MannerStacks extends Readonly<{
  [Name in Exclude<keyof Manners, "rpc" | "leavesOut">]: Stack<Manners[Name]>;
}> {
  readonly rpc: Stack<RpcLayer>;
  readonly leavesOut: Stack<(sender: string) => boolean>;
  /** What is traded in a market, over what usually is. */
  readonly liquidity: Stack<(market: string) => number>;
}

/** From now on the manners are what these stacks make of them. */
export function stackManners(manners: Manners): MannerStacks {
  const stacks: MannerStacks = {
    links: new Stack(manners.links),
    hosts: new Stack(manners.hosts),
    venue: new Stack(manners.venue),
    witness: new Stack(manners.witness),
    prices: new Stack(manners.prices),
    ports: new Stack(manners.ports),
    skewMs: new Stack(manners.skewMs),
    finalityLag: new Stack(manners.finalityLag),
    gasGwei: new Stack(manners.gasGwei),
    isHalted: new Stack(manners.isHalted),
    clockLagSeconds: new Stack(manners.clockLagSeconds),
    rpc: new Stack<RpcLayer>((question, below) => below(question)),
    leavesOut: new Stack<(sender: string) => boolean>(() => false),
    liquidity: new Stack<(market: string) => number>(() => 1),
  };
  manners.links = (...given) => stacks.links.bent(...given);
  manners.hosts = (...given) => stacks.hosts.bent(...given);
  manners.venue = (...given) => stacks.venue.bent(...given);
  manners.witness = (...given) => stacks.witness.bent(...given);
  manners.prices = (...given) => stacks.prices.bent(...given);
  manners.ports = (...given) => stacks.ports.bent(...given);
  manners.skewMs = (...given) => stacks.skewMs.bent(...given);
  manners.finalityLag = () => stacks.finalityLag.bent();
  manners.gasGwei = (...given) => stacks.gasGwei.bent(...given);
  manners.isHalted = () => stacks.isHalted.bent();
  manners.clockLagSeconds = () => stacks.clockLagSeconds.bent();
  manners.rpc = (question, ask) => (stacks.rpc.isEmpty ? undefined : stacks.rpc.bent(question, ask));
  const { leavesOut } = stacks;
  Object.defineProperty(manners, "leavesOut", {
    get: () => (leavesOut.isEmpty ? undefined : (sender: string) => leavesOut.bent(sender)),
  });
  return stacks;
}
