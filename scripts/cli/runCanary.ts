// SPDX-License-Identifier: MIT
import type { Clock } from "../chain/Clock.ts";
import { ContractReader } from "../chain/ContractReader.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import { AccountProbe } from "../canary/AccountProbe.ts";
import { AlertMetrics } from "../canary/AlertMetrics.ts";
import type { CanaryConfig } from "../canary/CanaryConfig.ts";
import { CanaryNode } from "../canary/CanaryNode.ts";
import { PriceProbe } from "../canary/PriceProbe.ts";
import type { Probe } from "../canary/Probe.ts";
import { ProgramProbe } from "../canary/ProgramProbe.ts";
import { WorkProbe } from "../canary/WorkProbe.ts";
import { BallastError } from "../model/BallastError.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { buildDuties } from "../programs/buildDuties.ts";
import type { DutyAccess } from "../programs/buildDuties.ts";
import { openMemory } from "./openMemory.ts";
import { openOracle, oracleFacts } from "../programs/openOracle.ts";
import { openParts } from "./openParts.ts";
import type { ProgramContext } from "./runProgram.ts";

/**
 * Builds and runs a canary until it is told to stop.
 * @throws BallastError `alertsRaised` with `--once` when something is wrong, so that a scheduler notices.
 */
export async function runCanary(context: ProgramContext<CanaryConfig>): Promise<void> {
  const { config, log, signal, once } = context;
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openCanary(context, progress);
  try {
    const { clock } = access;
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const node = buildNode(context, access, headAge);
    const routes = [...healthRoutes(clock, progress, headAge), ...node.routes()];
    const server = await serveHttp(config.server.host, config.server.port, routes, log);
    try {
      announce("canary", server);
      progress.begin(await clock.now());
      const pauseMs = BigInt(config.policy.pollMs);
      if (once) await lookOnce(node, signal);
      else await runLoop({ clock, log, progress, pauseMs }, (stop) => node.turn(stop), signal);
    } finally {
      await server.close();
    }
  } finally {
    access.close();
  }
}

/** Whether a canary would start and reach what it watches. */
export async function checkCanary(context: ProgramContext<CanaryConfig>): Promise<Record<string, string>> {
  const { programs, accounts, duties, policy } = context.config;
  const access = await openCanary(context, new LoopProgress(BigInt(policy.pollMs)));
  try {
    const watched = { duties: Object.keys(duties).join(", "), programs: programs.length, accounts: accounts.length };
    const facts = Object.entries(watched).map(([name, value]) => [name, `${value}`]);
    return { ...Object.fromEntries(facts), ...(await oracleFacts(access.oracle)) };
  } finally {
    access.close();
  }
}

/** What a canary works with: all a keeper has but key, intents and desk. */
interface CanaryAccess extends DutyAccess {
  readonly clock: Clock;
  close(): void;
}

async function openCanary(
  { config, log }: ProgramContext<CanaryConfig>,
  { registry }: LoopProgress,
): Promise<CanaryAccess> {
  return openParts(async (later) => {
    later(lockFolder(config.dataFolder));
    const oracle = await openOracle(config.chain, { observer: new RpcMetrics(registry, log) });
    later(() => oracle.chain.close());
    const { memory, index, close } = openMemory(config, oracle.agreed, log);
    later(close);
    const transport = new FetchTransport();
    const clock = buildClock(config.clock, transport);
    const { agreed } = oracle;
    return { agreed, oracle, transport, clock, memory, index, log, registry };
  });
}

function buildNode({ config, once }: ProgramContext<CanaryConfig>, access: CanaryAccess, headAge: HeadAge): CanaryNode {
  const { policy, webhook } = config;
  return new CanaryNode({
    ...access,
    headAge,
    metrics: new AlertMetrics(access.registry),
    probes: buildProbes(config, access, once),
    pollMs: BigInt(policy.pollMs),
    calmMs: BigInt(policy.calmMs),
    blindMs: once ? 0n : BigInt(policy.blindMs),
    webhook,
  });
}

async function lookOnce(node: CanaryNode, signal: AbortSignal): Promise<void> {
  await node.turn(signal);
  const raised = node.raised();
  if (raised.length > 0)
    throw new BallastError("alertsRaised", raised.map(({ text }) => text).join("; "), {
      context: { count: raised.length },
      retriable: true,
    });
}

/** With `isOnce` everything counts at once. */
function buildProbes(config: CanaryConfig, access: CanaryAccess, isOnce: boolean): Probe[] {
  const { chain, contracts, policy, programs, accounts } = config;
  const { agreed, oracle, transport, registry } = access;
  const patience = (milliseconds: number): bigint => (isOnce ? 0n : BigInt(milliseconds));
  const risk =
    contracts.riskManager === undefined ? undefined : new ContractReader(agreed, contracts.riskManager, riskInterface);
  const prices = {
    maximumAgeMs: BigInt(policy.maximumPriceAgeMs),
    missingMs: patience(policy.maximumPriceAgeMs),
    modePatienceMs: patience(policy.modePatienceMs),
  };
  return [
    new PriceProbe(new ContractReader(agreed, chain.oracle, oracleInterface), risk, prices, registry),
    ...buildDuties(config, access).map((duty) => new WorkProbe(duty, patience(policy.workPatienceMs))),
    ...programs.map(
      ({ name, url, patienceMs }) =>
        new ProgramProbe({ name, url, patienceMs: patience(patienceMs) }, transport, policy.pageTimeoutMs),
    ),
    ...accounts.map((account) => new AccountProbe(account, oracle.chain)),
  ];
}
