// SPDX-License-Identifier: MIT
import type { Storage } from "../../chain/Storage.ts";
import { SqliteDatabase } from "../../chain/SqliteDatabase.ts";
import type { DatabaseSchema } from "../../chain/SqliteDatabase.ts";

/** What an actor's process keeps between two starts: files and databases by name, in memory. */
export class MemoryDisk implements Storage {
  #files: ReadonlyMap<string, string> = new Map();
  readonly #databases = new Map<string, SqliteDatabase>();

  read(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#files.get(name));
  }

  write(name: string, text: string): Promise<void> {
    this.#files = new Map([...this.#files, [name, text]]);
    return Promise.resolve();
  }

  /** The database of that name, made when it is not there. */
  database(name: string, schema: DatabaseSchema): SqliteDatabase {
    const known = this.#databases.get(name);
    if (known !== undefined) return known;
    const made = SqliteDatabase.open(":memory:", schema);
    this.#databases.set(name, made);
    return made;
  }

  /** The files as they are now, to be put back later. */
  copyFiles(): () => void {
    const files = this.#files;
    return () => void (this.#files = files);
  }

  /** Everything on it is gone. */
  lose(): void {
    this.#files = new Map();
    for (const database of this.#databases.values()) database.close();
    this.#databases.clear();
  }
}
