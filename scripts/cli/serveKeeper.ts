// SPDX-License-Identifier: MIT
import type { Clock } from "../chain/Clock.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import type { LoopProgress } from "../chain/LoopProgress.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import type { KeeperNode } from "../keepers/KeeperNode.ts";
import { announce } from "./announce.ts";
import type { ProgramContext } from "./runProgram.ts";

/** A keeper that was built, and what is told of it. */
export interface ServedKeeper {
  readonly program: string;
  /** For its line on stdout. */
  readonly facts: Readonly<Record<string, string>>;
  readonly node: KeeperNode;
  readonly clock: Clock;
  readonly progress: LoopProgress;
  readonly headAge: HeadAge;
}

/** Shows a keeper's pages and lets it turn until it is told to stop, or with `--once` once. */
export async function serveKeeper(
  context: ProgramContext<Pick<KeeperConfig, "server"> & { readonly policy: { readonly pollMs: number } }>,
  { program, facts, node, clock, progress, headAge }: ServedKeeper,
): Promise<void> {
  const { config, log, signal } = context;
  const server = await serveHttp(config.server.host, config.server.port, healthRoutes(clock, progress, headAge), log);
  try {
    announce(program, server, facts);
    progress.begin(await clock.now());
    const pauseMs = BigInt(config.policy.pollMs);
    if (context.once) await node.turn(signal);
    else await runLoop({ clock, log, progress, pauseMs }, (stop) => node.turn(stop), signal);
  } finally {
    await server.close();
  }
}
