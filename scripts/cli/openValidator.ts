// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import type { OracleReader } from "../chain/OracleReader.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import type { Signer } from "../chain/Signer.ts";
import type { Transport } from "../chain/Transport.ts";
import { ROUND_MS } from "../model/constants.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { buildClock } from "./buildClock.ts";
import { openKey } from "./openKey.ts";
import { openOracle } from "./openOracle.ts";
import type { ProgramContext } from "./runProgram.ts";

/** What any validator stands on: its folder for itself alone, key, chain, clock. */
export interface ValidatorBase {
  readonly signer: Signer;
  readonly chain: ChainClient;
  readonly oracle: OracleReader;
  readonly domain: OracleDomain;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly progress: LoopProgress;
  readonly headAge: HeadAge;
  close(): void;
}

/** Opens it all, or fails before anything was signed or served. */
export async function openValidator(context: ProgramContext<ValidatorConfig>): Promise<ValidatorBase> {
  const { config } = context;
  const signer = await openKey(config.key, context.environmentPassphrase);
  const unlock = lockFolder(config.dataFolder);
  const transport = new FetchTransport();
  const clock = buildClock(config.clock, transport);
  const progress = new LoopProgress(ROUND_MS);
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const { chain, oracle, domain } = await openOracle(config.chain, new RpcMetrics(progress.registry, context.log));
  const close = (): void => {
    chain.close();
    unlock();
  };
  return { signer, chain, oracle, domain, transport, clock, progress, headAge, close };
}
