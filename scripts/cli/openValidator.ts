// SPDX-License-Identifier: MIT
import { ConfirmedChain } from "../chain/ConfirmedChain.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { FileStorage } from "../chain/FileStorage.ts";
import { HeadAge } from "../chain/HeadAge.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import { OracleReader } from "../chain/OracleReader.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import { ROUND_MS } from "../model/constants.ts";
import { openOracle } from "../programs/openOracle.ts";
import type { ValidatorAccess } from "../programs/ValidatorAccess.ts";
import type { ValidatorConfig } from "../validator/ValidatorConfig.ts";
import { buildClock } from "./buildClock.ts";
import { openKey } from "./openKey.ts";
import type { ProgramContext } from "./runProgram.ts";

/** What a validator stands on, with its folder for itself alone, until it is closed. */
export interface OpenedValidator extends ValidatorAccess {
  close(): void;
}

/** Opens it all, or fails before anything was signed or served. */
export async function openValidator(context: ProgramContext<ValidatorConfig>): Promise<OpenedValidator> {
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
  const { chain: client, agreed, domain } = await openOracle(config.chain, { observer }, agreement);
  if (!config.confirmHead) context.log.warn({}, "heads are not confirmed: what one endpoint shows is signed");
  const close = (): void => {
    client.close();
    unlock();
  };
  const chain = new ConfirmedChain(agreed);
  const oracle = new OracleReader(chain, config.chain.oracle);
  return {
    signers: [signer, ...next],
    client,
    chain,
    oracle,
    domain,
    transport,
    clock,
    storage: new FileStorage(config.dataFolder),
    progress,
    headAge,
    log: context.log,
    close,
  };
}
