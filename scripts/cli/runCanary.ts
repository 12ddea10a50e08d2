// SPDX-License-Identifier: MIT
import { ContractReader } from "../chain/ContractReader.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { healthRoutes } from "../chain/healthRoutes.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { runLoop } from "../chain/runLoop.ts";
import { serveHttp } from "../chain/serveHttp.ts";
import type { Transport } from "../chain/Transport.ts";
import { AccountProbe } from "../canary/AccountProbe.ts";
import { AlertMetrics } from "../canary/AlertMetrics.ts";
import type { CanaryConfig } from "../canary/CanaryConfig.ts";
import { CanaryNode } from "../canary/CanaryNode.ts";
import { PriceProbe } from "../canary/PriceProbe.ts";
import type { Probe } from "../canary/Probe.ts";
import { ProgramProbe } from "../canary/ProgramProbe.ts";
import { BallastError } from "../model/BallastError.ts";
import { announce } from "./announce.ts";
import { buildClock } from "./buildClock.ts";
import { openOracle, oracleFacts } from "./openOracle.ts";
import type { OracleAccess } from "./openOracle.ts";
import type { ProgramContext } from "./runProgram.ts";

/**
 * Builds and runs a canary until it is told to stop.
 * @throws BallastError `alertsRaised` with `--once` when something is wrong, so that a scheduler notices.
 */
export async function runCanary({ config, log, signal, once }: ProgramContext<CanaryConfig>): Promise<void> {
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const { registry } = progress;
  const access = await openOracle(config.chain, new RpcMetrics(registry, log));
  const transport = new FetchTransport();
  const clock = buildClock(config.clock, transport);
  const headAge = new HeadAge(registry, config.chain.maximumHeadAgeMs);
  const pollMs = BigInt(config.policy.pollMs);
  const node = new CanaryNode({
    agreed: access.agreed,
    clock,
    transport,
    log,
    headAge,
    metrics: new AlertMetrics(registry),
    probes: buildProbes(config, access, transport, registry, once),
    pollMs,
    calmMs: BigInt(config.policy.calmMs),
    blindMs: once ? 0n : BigInt(config.policy.blindMs),
    webhook: config.webhook,
  });

  try {
    const routes = [...healthRoutes(clock, progress, headAge), ...node.routes()];
    const server = await serveHttp(config.server.host, config.server.port, routes, log);
    try {
      announce("canary", server);
      progress.begin(await clock.now());
      if (once) await lookOnce(node, signal);
      else await runLoop({ clock, log, progress, pauseMs: pollMs }, (stop) => node.turn(stop), signal);
    } finally {
      await server.close();
    }
  } finally {
    access.chain.close();
  }
}

/** Whether a canary would start and reach what it watches. */
export async function checkCanary({ config, log }: ProgramContext<CanaryConfig>): Promise<Record<string, string>> {
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openOracle(config.chain, new RpcMetrics(progress.registry, log));
  try {
    const watched = { programs: `${config.programs.length}`, accounts: `${config.accounts.length}` };
    return { ...watched, ...(await oracleFacts(access)) };
  } finally {
    access.chain.close();
  }
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
function buildProbes(
  { chain, riskManager, policy, programs, accounts }: CanaryConfig,
  access: OracleAccess,
  transport: Transport,
  registry: LoopProgress["registry"],
  isOnce: boolean,
): Probe[] {
  const patience = (milliseconds: number): bigint => (isOnce ? 0n : BigInt(milliseconds));
  const oracle = new ContractReader(access.agreed, chain.oracle, oracleInterface);
  const risk = riskManager === undefined ? undefined : new ContractReader(access.agreed, riskManager, riskInterface);
  const prices = {
    maximumAgeMs: BigInt(policy.maximumPriceAgeMs),
    missingMs: patience(policy.maximumPriceAgeMs),
    modePatienceMs: patience(policy.modePatienceMs),
  };
  return [
    new PriceProbe(oracle, risk, prices, registry),
    ...programs.map(
      ({ name, url, patienceMs }) =>
        new ProgramProbe({ name, url, patienceMs: patience(patienceMs) }, transport, policy.pageTimeoutMs),
    ),
    ...accounts.map((account) => new AccountProbe(account, access.chain)),
  ];
}
