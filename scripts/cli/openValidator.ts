// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import { ConfirmedChain } from "../chain/ConfirmedChain.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { OracleReader } from "../chain/OracleReader.ts";
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

/** What any validator stands on: its folder for itself alone, keys, chain, clock. */
export interface ValidatorBase {
  /** Its key, and the next one while it is being changed. */
  readonly signers: readonly [Signer, ...Signer[]];
  /** For transactions. */
  readonly client: ChainClient;
  /** For everything a signature rests on. */
  readonly chain: ConfirmedChain;
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
  const next = config.nextKey === undefined ? [] : [await openKey(config.nextKey, context.environmentPassphrase)];
  const unlock = lockFolder(config.dataFolder);
  const transport = new FetchTransport();
  const clock = buildClock(config.clock, transport);
  const progress = new LoopProgress(ROUND_MS);
  const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
  const agreement = config.confirmHead ? {} : { agreement: 1 };
  const observer = new RpcMetrics(progress.registry, context.log);
  const { chain: client, agreed, domain } = await openOracle(config.chain, observer, agreement);
  if (!config.confirmHead) context.log.warn({}, "heads are not confirmed: what one endpoint shows is signed");
  const close = (): void => {
    client.close();
    unlock();
  };
  const chain = new ConfirmedChain(agreed);
  const oracle = new OracleReader(chain, config.chain.oracle);
  return { signers: [signer, ...next], client, chain, oracle, domain, transport, clock, progress, headAge, close };
}
