// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { Database } from "../chain/Database.ts";
import type { Log } from "../chain/Log.ts";
import { SqliteDatabase } from "../chain/SqliteDatabase.ts";
import { ProtocolIndex } from "../keepers/index/ProtocolIndex.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { MEMORY_SCHEMA } from "../programs/KeeperAccess.ts";

/** What duties remember and could have from the chain again. */
export interface DutyMemory {
  readonly memory: Database;
  /** Of the Clearinghouse's books, where one is configured; one for all duties. */
  readonly index: ProtocolIndex | undefined;
  readonly close: () => void;
}

/** What of a configuration says where it is and what it is of. */
export interface MemoryConfig extends Pick<KeeperConfig, "dataFolder"> {
  readonly contracts: Pick<KeeperConfig["contracts"], "clearinghouse" | "clearinghouseBlock">;
}

/** Opens the duties' memory in a data folder; a damaged file is set aside, and what it held is read again. */
export function openMemory({ dataFolder, contracts }: MemoryConfig, agreed: AgreedChain, log: Log): DutyMemory {
  const { database: memory, setAside } = SqliteDatabase.openOrRebuild(join(dataFolder, "memory.sqlite"), MEMORY_SCHEMA);
  if (setAside !== undefined) log.warn(setAside, "a damaged file was set aside: what it held is read again");
  const { clearinghouse: house, clearinghouseBlock: fromBlock } = contracts;
  const index =
    house === undefined ? undefined : new ProtocolIndex({ agreed, database: memory, log }, { house, fromBlock });
  return { memory, index, close: () => memory.close() };
}
