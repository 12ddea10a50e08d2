// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Database } from "../../chain/Database.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { LedgerChange, MapName } from "./journaledLedger.ts";
import { textOf, valueOf } from "./ledgerText.ts";

/** Tables of a ledger on disk: its entries, and what those that the newest blocks changed were before. */
export const LEDGER_TABLES = `
  CREATE TABLE ledger_of (identity TEXT NOT NULL) STRICT;
  CREATE TABLE ledger_entry (
    map TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (map, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ledger_undo (
    number INTEGER NOT NULL, map TEXT NOT NULL, key TEXT NOT NULL, value TEXT, PRIMARY KEY (number, map, key)
  ) STRICT, WITHOUT ROWID;
`;

const identityRow = z.object({ identity: z.string() });
const entryRow = z.object({ map: z.string(), key: z.string(), value: z.string() });
const undoRow = z.object({ map: z.string(), key: z.string(), value: z.string().nullable() });

/** An entry of a ledger; undefined where there is to be none. */
export interface LedgerEntry {
  readonly map: MapName;
  readonly key: bigint | string;
  readonly value: unknown;
}

/** A ledger on disk, entry by entry, with the way back over the newest blocks. */
export class LedgerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether it is the ledger of this Clearinghouse and chain. */
  isOf(identity: string): boolean {
    const [found] = this.#database.all(identityRow, "SELECT identity FROM ledger_of");
    return found?.identity === identity;
  }

  /** Forgets everything. */
  clear(identity: string): void {
    this.#database.transaction(() => {
      for (const table of ["ledger_of", "ledger_entry", "ledger_undo"]) this.#database.run(`DELETE FROM ${table}`);
      this.#database.run("INSERT INTO ledger_of VALUES (?)", identity);
    });
  }

  /** @throws BallastError `storeCorrupt` when an entry cannot be read. */
  entries(): LedgerEntry[] {
    return this.#database.all(entryRow, "SELECT map, key, value FROM ledger_entry").map(readEntry);
  }

  write(changes: readonly LedgerChange[]): void {
    // Of several changes of one entry the last counts.
    const last = new Map(changes.map((change) => [`${change.map} ${change.key}`, change]));
    for (const { map, key, after } of last.values()) this.#put(map, textOf(key), after ?? null);
  }

  /** Remembers what a block changed, until {@link forgetBelow}. */
  remember(number: bigint, changes: readonly LedgerChange[]): void {
    for (const { map, key, before } of changes)
      this.#database.run(
        "INSERT INTO ledger_undo VALUES (?, ?, ?, ?)",
        Number(number),
        map,
        textOf(key),
        before ?? null,
      );
  }

  forgetBelow(number: bigint): void {
    this.#database.run("DELETE FROM ledger_undo WHERE number < ?", Number(number));
  }

  /** Goes back to the end of a block. @returns What entries are then, those that were changed above it. */
  rollBack(number: bigint): LedgerEntry[] {
    const newestFirst = "SELECT map, key, value FROM ledger_undo WHERE number > ? ORDER BY number DESC";
    const rows = this.#database.all(undoRow, newestFirst, Number(number));
    // Of several changes of one entry the oldest tells what it was.
    const last = new Map(rows.map((row) => [`${row.map} ${row.key}`, row]));
    for (const { map, key, value } of last.values()) this.#put(map, key, value);
    this.#database.run("DELETE FROM ledger_undo WHERE number > ?", Number(number));
    return [...last.values()].map(readEntry);
  }

  #put(map: string, key: string, value: string | null): void {
    if (value === null) this.#database.run("DELETE FROM ledger_entry WHERE map = ? AND key = ?", map, key);
    else this.#database.run("INSERT OR REPLACE INTO ledger_entry VALUES (?, ?, ?)", map, key, value);
  }
}

function readEntry({ map, key, value }: z.output<typeof undoRow>): LedgerEntry {
  try {
    // Map and key are what this class wrote: a file of another kind or version is refused before.
    return {
      map: map as MapName,
      key: valueOf(key) as bigint | string,
      value: value === null ? undefined : valueOf(value),
    };
  } catch (cause) {
    throw new BallastError("storeCorrupt", "An entry of the ledger cannot be read", { context: { map, key }, cause });
  }
}
