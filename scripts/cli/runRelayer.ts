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
import { TransactionSender } from "../chain/TransactionSender.ts";
import { evidenceRoute } from "../relayer/evidenceRoute.ts";
import type { RelayerConfig } from "../relayer/RelayerConfig.ts";
import { RelayerNode } from "../relayer/RelayerNode.ts";
import { ReportPool } from "../relayer/ReportPool.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { buildRandom } from "./buildRandom.ts";
import { openKey } from "./openKey.ts";
import { openOracle, oracleFacts } from "./openOracle.ts";
import type { OracleAccess } from "./openOracle.ts";
import type { ProgramContext } from "./runProgram.ts";

/** Builds and runs a relayer until it is told to stop. */
export async function runRelayer(context: ProgramContext<RelayerConfig>): Promise<void> {
  const { config, log, signal } = context;
  const signer = await openKey(config.key, context.environmentPassphrase);
  const unlock = lockFolder(config.dataFolder);
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const access = await openOracle(config.chain, new RpcMetrics(progress.registry, log));
  const transport = new FetchTransport();
  const clock = buildClock(config.clock, transport);
  const pool = new ReportPool(access.domain, log);
  const parts = { chain: access.chain, clock, signer, log, storage: new FileStorage(config.dataFolder) };
  const sender = new TransactionSender(parts, config.chain.oracle, sendPolicy(config));
  const node = new RelayerNode({
    ...nodeSettings(config),
    clock,
    transport,
    headAge,
    sender,
    pool,
    log,
    chain: access.chain,
    oracle: access.oracle,
    address: signer.address,
    random: buildRandom(config.seed),
    registry: progress.registry,
    dryRun: context.dryRun,
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
    close(access, unlock);
  }
}

/** Whether a relayer would start, with which key and how much to pay for gas. */
export async function checkRelayer(context: ProgramContext<RelayerConfig>): Promise<Record<string, string>> {
  const { config, log } = context;
  const { address } = await openKey(config.key, context.environmentPassphrase);
  const unlock = lockFolder(config.dataFolder);
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openOracle(config.chain, new RpcMetrics(progress.registry, log));
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

function sendPolicy({ fees }: RelayerConfig): ConstructorParameters<typeof TransactionSender>[2] {
  return {
    maximumFeePerGas: fees.maximumFeePerGas,
    bumpAfterMs: BigInt(fees.bumpAfterMs),
    patienceMs: BigInt(fees.patienceMs),
    pollMs: BigInt(fees.pollMs),
  };
}

type NodeSettings = Pick<
  ConstructorParameters<typeof RelayerNode>[0],
  "sources" | "sourceTimeoutMs" | "pollMs" | "backupDelayMs" | "policy"
>;

function nodeSettings({ validators, relayers, policy }: RelayerConfig): NodeSettings {
  return {
    sources: [...validators, ...relayers],
    sourceTimeoutMs: policy.sourceTimeoutMs,
    pollMs: BigInt(policy.pollMs),
    backupDelayMs: BigInt(policy.backupDelayMs),
    policy: {
      completenessDelayMs: BigInt(policy.completenessDelayMs),
      subQuorumAfterMs: BigInt(policy.subQuorumAfterMs),
    },
  };
}
