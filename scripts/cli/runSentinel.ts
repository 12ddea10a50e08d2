// SPDX-License-Identifier: MIT
import { z } from "zod";

import { ContractReader } from "../chain/ContractReader.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import { classOf } from "../keepers/dutyShape.ts";
import type { KeeperNode } from "../keepers/KeeperNode.ts";
import { FeedEyes } from "../sentinel/FeedEyes.ts";
import { HeardReports } from "../sentinel/HeardReports.ts";
import { RpcCounts } from "../sentinel/RpcCounts.ts";
import type { SentinelConfig } from "../sentinel/SentinelConfig.ts";
import { SENTINEL, SentinelDuty } from "../sentinel/SentinelDuty.ts";
import { SentinelMetrics } from "../sentinel/SentinelMetrics.ts";
import { ToldReports } from "../sentinel/ToldReports.ts";
import { readWeights, SHIPPED_WEIGHTS } from "../sentinel/weightsFile.ts";
import type { NamedWeights } from "../sentinel/weightsFile.ts";
import { buildKeeper } from "../programs/buildKeeper.ts";
import { openKeeper } from "./openKeeper.ts";
import type { OpenedKeeper } from "./openKeeper.ts";
import { oracleFacts } from "../programs/openOracle.ts";
import type { ProgramContext } from "./runProgram.ts";
import { serveKeeper } from "./serveKeeper.ts";

/** A sentinel shares its seat with nobody, and has one job per feed. */
const ALONE = { replica: { index: 0, replicas: 1, backupMs: 0 }, jobsPerTurn: 8 };
const reportersShape = z.array(z.string());

/** A sentinel with all it was opened with. */
interface OpenSentinel {
  readonly access: OpenedKeeper;
  readonly counts: RpcCounts;
  readonly weights: NamedWeights;
}

/** Builds and runs a sentinel until it is told to stop. */
export async function runSentinel(context: ProgramContext<SentinelConfig>): Promise<void> {
  const { config } = context;
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const opened = await openSentinel(context, progress);
  const { access, weights } = opened;
  try {
    const { clock, signer } = access;
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const node = buildNode(context, opened, headAge);
    const facts = { address: signer.address, detector: config.detector, weights: weights.hash };
    await serveKeeper(context, { program: "sentinel", facts, node, clock, progress, headAge });
  } finally {
    access.close();
  }
}

/** Whether a sentinel would start, with which key and weights, and whether the risk manager would hear it. */
export async function checkSentinel(context: ProgramContext<SentinelConfig>): Promise<Record<string, string>> {
  const { config } = context;
  const { access, weights } = await openSentinel(context, new LoopProgress(BigInt(config.policy.pollMs)));
  try {
    const { chain, agreed, signer, oracle } = access;
    const risk = new ContractReader(agreed, config.contracts.riskManager, riskInterface);
    const [seats] = await risk.read("reporters", [], await agreed.head());
    const isReporter = reportersShape.parse([...seats]).includes(signer.address);
    const balanceWei = `${await chain.balance(signer.address)}`;
    const found = { address: signer.address, balanceWei, isReporter: `${isReporter}`, weights: weights.hash };
    return { ...found, ...(await oracleFacts(oracle)) };
  } finally {
    access.close();
  }
}

async function openSentinel(context: ProgramContext<SentinelConfig>, progress: LoopProgress): Promise<OpenSentinel> {
  const { config } = context;
  const weights = await readWeights(config.weights ?? SHIPPED_WEIGHTS);
  let counts: RpcCounts | undefined;
  const contracts = { clearinghouse: undefined, clearinghouseBlock: 0n };
  const access = await openKeeper({ ...context, config: { ...config, contracts } }, progress, (metrics) => {
    counts = new RpcCounts(metrics);
    return counts;
  });
  return { access, counts: counts!, weights };
}

function buildNode(
  { config, log, dryRun }: ProgramContext<SentinelConfig>,
  { access, counts, weights }: OpenSentinel,
  headAge: HeadAge,
): KeeperNode {
  const { policy, feeds, detector, relayers, filler } = config;
  const { agreed, transport, oracle, registry } = access;
  const { riskManager } = config.contracts;
  const timeoutMs = policy.sourceTimeoutMs;
  const heard = new HeardReports({ transport, log, domain: oracle.domain, relayers, timeoutMs });
  const duty = new SentinelDuty({
    eyes: new FeedEyes({ agreed, oracle: config.chain.oracle, heard, counts }),
    told: new ToldReports({ agreed, riskManager, lookBackBlocks: policy.lookBackBlocks }),
    metrics: new SentinelMetrics(registry),
    log,
    riskManager,
    feeds,
    weights,
    detector,
    addOn: { release: policy.release, dwellMs: BigInt(policy.dwellMs), renewMs: BigInt(policy.renewMs) },
    lookDelayMs: BigInt(policy.lookDelayMs),
    action: classOf(SENTINEL, config.fees),
  });
  const { replica, jobsPerTurn } = ALONE;
  const work = { policy: { ...policy, jobsPerTurn }, replica, filler };
  return buildKeeper({ config: work, dryRun }, access, [duty], headAge).node;
}
