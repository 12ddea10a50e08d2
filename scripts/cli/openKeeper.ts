// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { FetchTransport } from "../chain/FetchTransport.ts";
import { lockFolder } from "../chain/lockFolder.ts";
import type { Log } from "../chain/Log.ts";
import type { LoopProgress } from "../chain/LoopProgress.ts";
import { RpcMetrics } from "../chain/RpcMetrics.ts";
import type { RpcObserver } from "../chain/RpcObserver.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { INTENT_SCHEMA } from "../programs/KeeperAccess.ts";
import type { KeeperAccess } from "../programs/KeeperAccess.ts";
import { openOracle } from "../programs/openOracle.ts";
import { buildClock } from "./buildClock.ts";
import { openKey } from "./openKey.ts";
import { openMemory } from "./openMemory.ts";
import type { MemoryConfig } from "./openMemory.ts";
import { openParts } from "./openParts.ts";
import type { ProgramContext } from "./runProgram.ts";

/** What a keeper stands on, until it is closed. */
export interface OpenedKeeper extends KeeperAccess {
  close(): void;
}

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
): Promise<OpenedKeeper> {
  const { config, log, environmentPassphrase } = given;
  const signer = await openKey(config.key, environmentPassphrase);
  return openParts(async (later) => {
    later(lockFolder(config.dataFolder));
    const database = SqliteDatabase.open(join(config.dataFolder, "intents.sqlite"), INTENT_SCHEMA);
    later(() => database.close());
    const oracle = await openOracle(config.chain, { observer: observe(new RpcMetrics(progress.registry, log)) });
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
