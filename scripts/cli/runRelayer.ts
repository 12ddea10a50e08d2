// SPDX-License-Identifier: MIT
import { FetchTransport } from "../chain/FetchTransport.ts";
import { FileStorage } from "../chain/FileStorage.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { reportRoutes } from "../chain/reportRoutes.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import { buildRelayer } from "../programs/buildRelayer.ts";
import { openOracle, oracleFacts } from "../programs/openOracle.ts";
import type { OracleAccess } from "../programs/openOracle.ts";
import { evidenceRoute } from "../relayer/evidenceRoute.ts";
import type { RelayerConfig } from "../relayer/RelayerConfig.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { openKey } from "./openKey.ts";
import type { ProgramContext } from "./runProgram.ts";

/** Builds and runs a relayer until it is told to stop. */
export async function runRelayer(context: ProgramContext<RelayerConfig>): Promise<void> {
  const { config, log, signal } = context;
  const signer = await openKey(config.key, context.environmentPassphrase);
  const unlock = lockFolder(config.dataFolder);
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const oracle = await openOracle(config.chain, { observer: new RpcMetrics(progress.registry, log) });
  const transport = new FetchTransport();
  const clock = buildClock(config.clock, transport);
  const storage = new FileStorage(config.dataFolder);
  const { node, pool } = buildRelayer(context, {
    ...oracle,
    clock,
    transport,
    signer,
    storage,
    progress,
    headAge,
    log,
  });

  const routes = [...healthRoutes(clock, progress, headAge), ...reportRoutes(() => pool.all()), evidenceRoute(pool)];
  const server = await serveHttp(config.server.host, config.server.port, routes, log);
  try {
    announce("relayer", server, { address: signer.address });
    progress.begin(await clock.now());
    if (context.once) await node.turn(signal);
    else
      await runLoop({ clock, log, progress, pauseMs: BigInt(config.policy.pollMs) }, (stop) => node.turn(stop), signal);
  } finally {
    await server.close();
    close(oracle, unlock);
  }
}

/** Whether a relayer would start, with which key and how much to pay for gas. */
export async function checkRelayer(context: ProgramContext<RelayerConfig>): Promise<Record<string, string>> {
  const { config, log } = context;
  const { address } = await openKey(config.key, context.environmentPassphrase);
  const unlock = lockFolder(config.dataFolder);
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openOracle(config.chain, { observer: new RpcMetrics(progress.registry, log) });
  try {
    return { address, balanceWei: `${await access.chain.balance(address)}`, ...(await oracleFacts(access)) };
  } finally {
    close(access, unlock);
  }
}

function close(access: OracleAccess, unlock: () => void): void {
  access.chain.close();
  unlock();
}
