// SPDX-License-Identifier: MIT
import type { Clock } from "../chain/Clock.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { Log } from "../chain/Log.ts";
import type { LoopProgress } from "../chain/LoopProgress.ts";
import type { Signer } from "../chain/Signer.ts";
import type { Storage } from "../chain/Storage.ts";
import { TransactionSender } from "../chain/TransactionSender.ts";
import type { Transport } from "../chain/Transport.ts";
import type { RelayerConfig } from "../relayer/RelayerConfig.ts";
import { RelayerNode } from "../relayer/RelayerNode.ts";
import { ReportPool } from "../relayer/ReportPool.ts";
import { buildRandom } from "./buildRandom.ts";
import type { OracleAccess } from "./openOracle.ts";

/** Everything a relayer stands on. */
export interface RelayerAccess extends Pick<OracleAccess, "chain" | "oracle" | "domain"> {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly signer: Signer;
  readonly storage: Storage;
  readonly progress: LoopProgress;
  readonly headAge: HeadAge;
  readonly log: Log;
}

/** A relayer and the reports it shows. */
export interface BuiltRelayer {
  readonly node: RelayerNode;
  readonly pool: ReportPool;
}

/** What of a relayer's configuration says how its work is done. */
type WorkConfig = Pick<RelayerConfig, "chain" | "seed" | "validators" | "relayers" | "policy" | "fees">;

/** Puts a relayer together from what was opened for it. */
export function buildRelayer(
  { config, dryRun }: { readonly config: WorkConfig; readonly dryRun: boolean },
  { progress, ...access }: RelayerAccess,
): BuiltRelayer {
  const { domain, log, signer } = access;
  const pool = new ReportPool(domain, log);
  const node = new RelayerNode({
    ...access,
    ...nodeSettings(config),
    pool,
    sender: new TransactionSender(access, config.chain.oracle, sendPolicy(config)),
    address: signer.address,
    random: buildRandom(config.seed),
    registry: progress.registry,
    dryRun,
  });
  return { node, pool };
}

function sendPolicy({ fees }: WorkConfig): ConstructorParameters<typeof TransactionSender>[2] {
  return {
    maximumFeePerGas: fees.maximumFeePerGas,
    bumpAfterMs: BigInt(fees.bumpAfterMs),
    patienceMs: BigInt(fees.patienceMs),
    pollMs: BigInt(fees.pollMs),
  };
}

type NodeSettings = Pick<
  ConstructorParameters<typeof RelayerNode>[0],
  "sources" | "sourceTimeoutMs" | "pollMs" | "backupDelayMs" | "policy" | "deviationBps"
>;

function nodeSettings({ validators, relayers, policy }: WorkConfig): NodeSettings {
  return {
    sources: [...validators, ...relayers],
    sourceTimeoutMs: policy.sourceTimeoutMs,
    pollMs: BigInt(policy.pollMs),
    backupDelayMs: BigInt(policy.backupDelayMs),
    deviationBps: policy.relay === "everyRound" ? undefined : BigInt(policy.deviationBps),
    policy: {
      completenessDelayMs: BigInt(policy.completenessDelayMs),
      subQuorumAfterMs: BigInt(policy.subQuorumAfterMs),
    },
  };
}
