// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { KnownBlock } from "../model/findFork.ts";
import type { ChainLog } from "./chainFacts.ts";
import type { Database } from "./Database.ts";

/** Tables of scanners, for the schema of whoever keeps one. */
export const SCAN_TABLES = `
  CREATE TABLE scan_block (
    scanner TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (scanner, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE scan_seen (
    scanner TEXT NOT NULL, block_hash TEXT NOT NULL, log_index INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (scanner, block_hash, log_index)
  ) STRICT, WITHOUT ROWID;
`;

const whole = z.number().transform(BigInt);
const blockRow = z.object({ number: whole, hash: z.string() });
const seenRow = z.object({ block_hash: z.string(), log_index: z.number() });

/** What one scanner has delivered: consecutive newest blocks, and the events in those that are read again. */
export class ScanMemory {
  readonly #database: Database;
  readonly #scanner: string;
  /** As they were last read or written. A block's ancestors are its own, so the newest tells whether that is still so. */
  #blocks: readonly KnownBlock[] = [];

  constructor(database: Database, scanner: string) {
    this.#database = database;
    this.#scanner = scanner;
  }

  /** Oldest first. */
  blocks(): readonly KnownBlock[] {
    const all = "SELECT number, hash FROM scan_block WHERE scanner = ? ORDER BY number";
    const [newest] = this.#database.all(blockRow, `${all} DESC LIMIT 1`, this.#scanner);
    const known = this.#blocks.at(-1);
    const isKnown = newest !== undefined && newest.number === known?.number && newest.hash === known.hash;
    if (!isKnown) this.#blocks = this.#database.all(blockRow, all, this.#scanner);
    return this.#blocks;
  }

  isNew(log: ChainLog): boolean {
    const found = this.#database.all(
      seenRow,
      "SELECT block_hash, log_index FROM scan_seen WHERE scanner = ? AND block_hash = ? AND log_index = ?",
      this.#scanner,
      log.blockHash,
      Number(log.logIndex),
    );
    return found.length === 0;
  }

  /** Forgets blocks above `keepThrough`, adds new ones, then forgets all below `keepFrom`. */
  replace(keepThrough: bigint, blocks: readonly KnownBlock[], logs: readonly ChainLog[], keepFrom: bigint): void {
    const isReplaced = (number: bigint): boolean => blocks.some((block) => block.number === number);
    const kept = this.blocks().filter(
      ({ number }) => number <= keepThrough && number >= keepFrom && !isReplaced(number),
    );
    this.#database.transaction(() => {
      for (const table of ["scan_block", "scan_seen"]) {
        this.#database.run(`DELETE FROM ${table} WHERE scanner = ? AND number > ?`, this.#scanner, Number(keepThrough));
        this.#database.run(`DELETE FROM ${table} WHERE scanner = ? AND number < ?`, this.#scanner, Number(keepFrom));
      }
      for (const { number, hash } of blocks)
        this.#database.run("INSERT OR REPLACE INTO scan_block VALUES (?, ?, ?)", this.#scanner, Number(number), hash);
      for (const { blockHash, logIndex, blockNumber } of logs)
        if (blockNumber >= keepFrom)
          this.#database.run(
            "INSERT OR REPLACE INTO scan_seen VALUES (?, ?, ?, ?)",
            this.#scanner,
            blockHash,
            Number(logIndex),
            Number(blockNumber),
          );
    });
    this.#blocks = [...kept, ...blocks];
  }
}
