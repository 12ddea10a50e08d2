// SPDX-License-Identifier: MIT
import { ConfirmedChain } from "../../chain/ConfirmedChain.ts";
import { HeadAge } from "../../chain/HeadAge.ts";
import { healthRoutes } from "../../chain/healthRoutes.ts";
import { OracleReader } from "../../chain/OracleReader.ts";
import { reportRoutes } from "../../chain/reportRoutes.ts";
import { RpcMetrics } from "../../chain/RpcMetrics.ts";
import type { Signer } from "../../chain/Signer.ts";
import { ProtocolIndex } from "../../keepers/index/ProtocolIndex.ts";
import type { KeeperConfig } from "../../keepers/KeeperConfig.ts";
import { buildDuties } from "../../programs/buildDuties.ts";
import { buildKeeper } from "../../programs/buildKeeper.ts";
import { buildRelayer } from "../../programs/buildRelayer.ts";
import { buildValidator } from "../../programs/buildValidator.ts";
import { INTENT_SCHEMA, MEMORY_SCHEMA } from "../../programs/KeeperAccess.ts";
import { openOracle } from "../../programs/openOracle.ts";
import type { OracleAccess } from "../../programs/openOracle.ts";
import { evidenceRoute } from "../../relayer/evidenceRoute.ts";
import type { RelayerConfig } from "../../relayer/RelayerConfig.ts";
import { identityRoute } from "../../validator/identityRoute.ts";
import type { ValidatorConfig } from "../../validator/ValidatorConfig.ts";
import type { ActorSettings } from "./Actor.ts";
import type { ProcessPorts } from "./ProcessPorts.ts";

/** A name, the configuration its file would hold, and the key. */
interface Person<Config> {
  readonly name: string;
  readonly config: Config;
  readonly signer: Signer;
}

/** Pause after a turn that failed. */
const PAUSE_MS = 1_000n;

/** A validator's program. */
export function validatorActor({ name, config, signer }: Person<ValidatorConfig>): ActorSettings {
  const launch: ActorSettings["launch"] = async (ports) => {
    const { clock, storage, transport, progress, log, prices } = ports;
    const { chain: client, agreed, domain } = await openChainOf(config, ports);
    const chain = new ConfirmedChain(agreed);
    const oracle = new OracleReader(chain, config.chain.oracle);
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const access = { signers: [signer] as const, client, chain, oracle, domain };
    const { node, book } = await buildValidator(
      { config, dryRun: false },
      { ...access, transport, clock, storage, progress, headAge, log, prices },
    );
    progress.begin(await clock.now());
    const routes = [
      ...healthRoutes(clock, progress, headAge),
      ...reportRoutes(() => book.all()),
      identityRoute([signer.address], domain),
    ];
    return { turn: () => node.turn(), routes };
  };
  return { name, pauseMs: PAUSE_MS, launch };
}

/** A relayer's program. */
export function relayerActor({ name, config, signer }: Person<RelayerConfig>): ActorSettings {
  const launch: ActorSettings["launch"] = async (ports) => {
    const { clock, storage, transport, progress, log } = ports;
    const oracle = await openChainOf(config, ports);
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const access = { ...oracle, clock, transport, signer, storage, progress, headAge, log };
    const { node, pool } = buildRelayer({ config, dryRun: false }, access);
    progress.begin(await clock.now());
    const routes = [...healthRoutes(clock, progress, headAge), ...reportRoutes(() => pool.all()), evidenceRoute(pool)];
    return { turn: (signal) => node.turn(signal), routes };
  };
  return { name, pauseMs: BigInt(config.policy.pollMs), launch };
}

/** A keeper's program, with the duties its configuration names. */
export function keeperActor({ name, config, signer }: Person<KeeperConfig>): ActorSettings {
  const launch: ActorSettings["launch"] = async (ports) => {
    const { clock, transport, progress, log, database } = ports;
    const oracle = await openChainOf(config, ports);
    const { chain, agreed } = oracle;
    const memory = database("memory", MEMORY_SCHEMA);
    const { clearinghouse: house, clearinghouseBlock: fromBlock } = config.contracts;
    const index =
      house === undefined ? undefined : new ProtocolIndex({ agreed, database: memory, log }, { house, fromBlock });
    const intents = database("intents", INTENT_SCHEMA);
    const { registry } = progress;
    const access = { chain, agreed, oracle, clock, transport, signer, database: intents, memory, index, log, registry };
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const { node } = buildKeeper({ config, dryRun: false }, access, buildDuties(config, access), headAge);
    progress.begin(await clock.now());
    return { turn: (signal) => node.turn(signal), routes: healthRoutes(clock, progress, headAge) };
  };
  return { name, pauseMs: BigInt(config.policy.pollMs), launch };
}

/** Endpoints as every program opens them, reached over the simulated network in simulated time. */
function openChainOf(
  { chain }: Pick<ValidatorConfig, "chain">,
  { transport, timer, progress, log }: ProcessPorts,
): Promise<OracleAccess> {
  return openOracle(chain, { transport, timer, observer: new RpcMetrics(progress.registry, log) });
}
