// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { Registry } from "prom-client";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import type { Database } from "../chain/Database.ts";
import { FetchTransport } from "../chain/FetchTransport.ts";
import { INTENT_TABLES } from "../chain/IntentBook.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import type { Log } from "../chain/Log.ts";
import type { LoopProgress } from "../chain/LoopProgress.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import type { RpcObserver } from "../chain/RpcObserver.ts";
import type { Signer } from "../chain/Signer.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import type { Transport } from "../chain/Transport.ts";
import type { ProtocolIndex } from "../keepers/index/ProtocolIndex.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { buildClock } from "./buildClock.ts";
import { openKey } from "./openKey.ts";
import { openMemory } from "./openMemory.ts";
import type { MemoryConfig } from "./openMemory.ts";
import { openOracle } from "./openOracle.ts";
import type { OracleAccess } from "./openOracle.ts";
import { openParts } from "./openParts.ts";
import type { ProgramContext } from "./runProgram.ts";

/** Everything a keeper's duties may be built of. */
export interface KeeperAccess {
  readonly chain: ChainClient;
  readonly agreed: AgreedChain;
  readonly oracle: OracleAccess;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly signer: Signer;
  /** What must not be lost: intents. */
  readonly database: Database;
  /** What the chain knows better: it may be started afresh. */
  readonly memory: Database;
  /** Of the Clearinghouse's books, where one is configured; one for all duties. */
  readonly index: ProtocolIndex | undefined;
  readonly log: Log;
  readonly registry: Registry;
  close(): void;
}

/** The file is marked, so that it is never taken for another. */
const INTENTS = { applicationId: 0x0ba11001, migrations: [INTENT_TABLES] };

/** What of a keeper's configuration is opened. */
type OpenedConfig = Pick<KeeperConfig, "chain" | "key" | "clock"> & MemoryConfig;

/**
 * Opens key, data folder, files and chain of a keeper. What was opened is closed again when something fails.
 * @param observe What else hears of the endpoints besides the metrics, around which it is put.
 */
export async function openKeeper(
  given: Pick<ProgramContext<OpenedConfig>, "config" | "environmentPassphrase"> & { readonly log: Log },
  progress: LoopProgress,
  observe: (metrics: RpcObserver) => RpcObserver = (metrics) => metrics,
): Promise<KeeperAccess> {
  const { config, log, environmentPassphrase } = given;
  const signer = await openKey(config.key, environmentPassphrase);
  return openParts(async (later) => {
    later(lockFolder(config.dataFolder));
    const database = SqliteDatabase.open(join(config.dataFolder, "intents.sqlite"), INTENTS);
    later(() => database.close());
    const oracle = await openOracle(config.chain, observe(new RpcMetrics(progress.registry, log)));
    later(() => oracle.chain.close());
    const transport = new FetchTransport();
    const clock = buildClock(config.clock, transport);
    const { chain, agreed } = oracle;
    const { registry } = progress;
    const { memory, index, close } = openMemory(config, agreed, log);
    later(close);
    return { chain, agreed, oracle, clock, transport, signer, database, memory, index, log, registry };
  });
}
