// SPDX-License-Identifier: MIT
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { BallastError } from "../model/BallastError.ts";

const SQLITE_BUSY = 5;
/** Locks of this process. One that nobody refers to any more would be closed with the garbage, and its folder given away. */
const held = new Set<DatabaseSync>();

/**
 * Takes a data folder for this process alone. The lock is a file lock that SQLite holds through an open exclusive
 * transaction: the kernel drops it with the process, however that dies, so no stale lock can be left behind and no
 * process id is ever trusted.
 * @returns Releases the folder.
 * @throws BallastError `folderInUse` when another process has it, `folderUnusable` when the disk refuses.
 */
export function lockFolder(folder: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    database = new DatabaseSync(join(folder, "lock.sqlite"));
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database?.close();
    if (isBusy(cause))
      throw new BallastError("folderInUse", `Another process uses ${folder}`, { context: { folder }, cause });
    throw new BallastError("folderUnusable", `Cannot keep files in ${folder}`, { context: { folder }, cause });
  }
  const locked = database;
  held.add(locked);
  return () => {
    held.delete(locked);
    locked.close();
  };
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY;
}
