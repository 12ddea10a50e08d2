// SPDX-License-Identifier: MIT
import type { Registry } from "prom-client";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ChainClient } from "../chain/ChainClient.ts";
import type { Clock } from "../chain/Clock.ts";
import type { Database } from "../chain/Database.ts";
import { INTENT_MIGRATIONS } from "../chain/IntentBook.ts";
import type { Log } from "../chain/Log.ts";
import { SCAN_TABLES } from "../chain/ScanMemory.ts";
import type { Signer } from "../chain/Signer.ts";
import type { DatabaseSchema } from "../chain/SqliteDatabase.ts";
import type { Transport } from "../chain/Transport.ts";
import { LEDGER_TABLES } from "../keepers/index/LedgerStore.ts";
import type { ProtocolIndex } from "../keepers/index/ProtocolIndex.ts";
import { EVIDENCE_TABLES } from "../keepers/slasher/EvidenceBook.ts";
import type { OracleAccess } from "./openOracle.ts";

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
}

/** Files of intents are marked, so that they are never taken for others. */
export const INTENT_SCHEMA: DatabaseSchema = { applicationId: 0x0ba11001, migrations: INTENT_MIGRATIONS };

/** The same for what duties remember. */
export const MEMORY_SCHEMA: DatabaseSchema = {
  applicationId: 0x0ba11002,
  migrations: [SCAN_TABLES, LEDGER_TABLES, EVIDENCE_TABLES],
};
