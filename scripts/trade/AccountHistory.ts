// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ChainLog } from "../chain/chainFacts.ts";
import { clearingInterface } from "../chain/clearingInterface.ts";
import type { Database } from "../chain/Database.ts";
import { LogScanner } from "../chain/LogScanner.ts";
import type { Scan } from "../chain/LogScanner.ts";
import { ScanMemory } from "../chain/ScanMemory.ts";
import { BallastError } from "../model/BallastError.ts";
import { foldAccount } from "../model/trading/foldAccount.ts";
import type { AccountEvent, AccountGroup } from "../model/trading/foldAccount.ts";
import { accountEvents, HISTORY_EVENTS } from "./accountEvents.ts";

/** Table of accounts' histories, beside that of scanners. */
export const HISTORY_TABLES = `
  CREATE TABLE account_event (
    account TEXT NOT NULL, block INTEGER NOT NULL, log_index INTEGER NOT NULL, place INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (account, block, log_index, place)
  ) STRICT, WITHOUT ROWID;
`;

/** Which history. */
export interface HistoryPlace {
  readonly house: string;
  readonly fromBlock: bigint;
  /** Lower case. */
  readonly account: string;
}

const SCAN = {
  finality: { kind: "latest" },
  overlap: 8n,
  window: 128n,
  longestRange: 10_000n,
  blocksPerScan: 50_000n,
} as const;
const textRow = z.object({ event: z.string() });
const BIG = /^-?\d+n$/;

/** What an account did, out of the Clearinghouse's events: read once, kept, and followed across reorgs. */
export class AccountHistory {
  readonly #database: Database;
  readonly #place: HistoryPlace;
  readonly #scanner: LogScanner;

  constructor(agreed: AgreedChain, database: Database, place: HistoryPlace) {
    this.#database = database;
    this.#place = place;
    const { house, account, fromBlock } = place;
    const topics = [HISTORY_EVENTS.map((name) => clearingInterface.getEvent(name)!.topicHash)];
    const memory = new ScanMemory(database, `${account} ${house.toLowerCase()}`);
    this.#scanner = new LogScanner(agreed, memory, { ...SCAN, address: house, topics, fromBlock });
  }

  /** The account by market and expiry, up to the newest block. `progress` is told how far it was read. */
  async read(progress: (block: bigint) => void): Promise<AccountGroup[]> {
    for (let isComplete = false; !isComplete;) {
      const scan = await this.#next();
      this.#keep(scan);
      isComplete = scan.complete;
      progress(scan.through);
    }
    const rows = this.#database.all(
      textRow,
      "SELECT event FROM account_event WHERE account = ? ORDER BY block, log_index, place",
      this.#place.account,
    );
    return foldAccount(rows.map(({ event }) => fromText(event)));
  }

  async #next(): Promise<Scan> {
    try {
      return await this.#scanner.next();
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== "reorgTooDeep") throw error;
      throw new BallastError("historyLost", "The chain left everything that is remembered: remove the history file", {
        cause: error,
      });
    }
  }

  #keep(scan: Scan): void {
    const { account } = this.#place;
    this.#database.transaction(() => {
      if (scan.rolledBackTo !== undefined)
        this.#database.run(
          "DELETE FROM account_event WHERE account = ? AND block > ?",
          account,
          Number(scan.rolledBackTo),
        );
      for (const log of scan.logs) this.#add(log);
      this.#scanner.commit(scan);
    });
  }

  #add(log: ChainLog): void {
    for (const [index, event] of accountEvents(log, this.#place.account).entries())
      this.#database.run(
        "INSERT OR REPLACE INTO account_event VALUES (?, ?, ?, ?, ?)",
        this.#place.account,
        Number(log.blockNumber),
        Number(log.logIndex),
        index,
        toText(event),
      );
  }
}

function toText(event: AccountEvent): string {
  return JSON.stringify(event, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

function fromText(text: string): AccountEvent {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === "string" && BIG.test(value) ? BigInt(value.slice(0, -1)) : value,
  );
}
