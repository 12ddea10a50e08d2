// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { Database, DatabaseValue } from "./Database.ts";

/** What a file must be to be used. */
export interface DatabaseSchema {
  /** Marks files of this kind; 1 to 2^31 − 1. */
  readonly applicationId: number;
  /** `migrations[v]` leads from version v to v + 1; an empty file is version 0. */
  readonly migrations: readonly string[];
  /** Older files than this cannot be brought up to date any more. */
  readonly oldest?: number;
}

/** A database, and why the file that was there before could not be used. */
export interface OpenedDatabase {
  readonly database: SqliteDatabase;
  readonly setAside?: { readonly file: string; readonly code: string };
}

/** Files that hold nothing the chain does not know better may be started afresh for these reasons. */
const REBUILDABLE = new Set(["storeCorrupt", "storeOlder"]);
const CODES: Readonly<Record<number, string>> = {
  5: "storeLocked",
  6: "storeLocked",
  11: "storeCorrupt",
  26: "storeCorrupt",
};
const LARGEST_ID = 2 ** 31 - 1;
const SIDE_FILES = ["", "-wal", "-shm", "-journal"];

/**
 * One SQLite file for one process. It is locked while open, every transaction is on disk before it returns, and a crash
 * in between leaves the state before it.
 */
export class SqliteDatabase implements Database {
  readonly #file: string;
  readonly #database: DatabaseSync;
  /** Prepared once: a program has few statements and runs them in every turn. */
  readonly #statements = new Map<string, StatementSync>();

  private constructor(file: string, database: DatabaseSync) {
    this.#file = file;
    this.#database = database;
  }

  /**
   * Opens a file, makes a new one, or brings an older one up to date in one transaction.
   * @throws BallastError `storeLocked` in use elsewhere, `storeCorrupt` damaged or no database, `storeForeign` another
   * program's, `storeNewer` of a later version of this one, `storeOlder` too old, `storeUnusable` the disk refuses.
   */
  static open(file: string, schema: DatabaseSchema): SqliteDatabase {
    // SQLite would keep 0 instead, and the file would be another program's at the next start.
    if (schema.applicationId < 1 || schema.applicationId > LARGEST_ID)
      throw new BallastError("configInvalid", "No file can be marked with this id", {
        context: { applicationId: schema.applicationId },
      });
    let database: DatabaseSync | undefined;
    try {
      mkdirSync(dirname(file), { recursive: true });
      database = new DatabaseSync(file);
      // Locked from the first statement on, so that a twin is refused before it reads anything.
      database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL");
      database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; COMMIT");
      const opened = new SqliteDatabase(file, database);
      opened.#check();
      opened.#migrate(schema);
      return opened;
    } catch (cause) {
      database?.close();
      throw cause instanceof BallastError ? cause : storeError(file, cause);
    }
  }

  /**
   * Opens a file whose content can be had from the chain again: a damaged or too old one is renamed, never deleted, and
   * an empty one takes its place. The other refusals of {@link open} stand: they need a person.
   */
  static openOrRebuild(file: string, schema: DatabaseSchema): OpenedDatabase {
    try {
      return { database: SqliteDatabase.open(file, schema) };
    } catch (error) {
      if (!(error instanceof BallastError) || !REBUILDABLE.has(error.code)) throw error;
      const aside = setAside(file);
      return { database: SqliteDatabase.open(file, schema), setAside: { file: aside, code: error.code } };
    }
  }

  run(sql: string, ...values: DatabaseValue[]): void {
    try {
      this.#prepared(sql).run(...values);
    } catch (cause) {
      throw storeError(this.#file, cause);
    }
  }

  all<Shape extends z.ZodType>(shape: Shape, sql: string, ...values: DatabaseValue[]): z.output<Shape>[] {
    let rows: unknown[];
    try {
      rows = this.#prepared(sql).all(...values);
    } catch (cause) {
      throw storeError(this.#file, cause);
    }
    return rows.map((row) => {
      const parsed = shape.safeParse(row);
      if (parsed.success) return parsed.data;
      throw new BallastError("storeCorrupt", "A row holds something else", {
        context: { file: this.#file },
        cause: parsed.error,
      });
    });
  }

  transaction<Result>(work: () => Result): Result {
    if (this.#database.isTransaction) return work();
    this.run("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #check(): void {
    const found = this.all(z.object({ quick_check: z.string() }), "PRAGMA quick_check(1)");
    if (found.length === 1 && found[0]!.quick_check === "ok") return;
    throw new BallastError("storeCorrupt", "The file is damaged", {
      context: { file: this.#file, problem: found[0]?.quick_check },
    });
  }

  #migrate(schema: DatabaseSchema): void {
    const newest = schema.migrations.length;
    const version = this.#number("user_version");
    const owner = this.#number("application_id");
    const context = { file: this.#file, version, newest };
    if (owner !== schema.applicationId && (owner !== 0 || version !== 0 || this.#hasTables()))
      throw new BallastError("storeForeign", "The file belongs to another program", {
        context: { ...context, owner, expected: schema.applicationId },
      });
    if (version > newest) throw new BallastError("storeNewer", "The file was written by a later version", { context });
    if (version !== 0 && version < (schema.oldest ?? 0))
      throw new BallastError("storeOlder", "The file is too old to be brought up to date", { context });

    this.transaction(() => {
      for (const migration of schema.migrations.slice(version)) this.#database.exec(migration);
      this.#database.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${newest}`);
    });
  }

  #number(pragma: "user_version" | "application_id"): number {
    return this.all(z.record(z.string(), z.number()), `PRAGMA ${pragma}`)[0]![pragma]!;
  }

  #hasTables(): boolean {
    return this.all(z.object({ count: z.number() }), "SELECT count(*) AS count FROM sqlite_master")[0]!.count > 0;
  }
}

function storeError(file: string, cause: unknown): BallastError {
  const errcode = cause instanceof Error && "errcode" in cause ? Number(cause.errcode) & 0xff : 0;
  const code = CODES[errcode] ?? "storeUnusable";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BallastError(code, `Cannot use ${file}`, { context: { file, reason }, cause });
}

/** Renames a file and what SQLite keeps beside it to the first name that is free. */
function setAside(file: string): string {
  let number = 1;
  while (existsSync(`${file}.unreadable-${number}`)) number += 1;
  const aside = `${file}.unreadable-${number}`;
  for (const side of SIDE_FILES) if (existsSync(`${file}${side}`)) renameSync(`${file}${side}`, `${aside}${side}`);
  return aside;
}
