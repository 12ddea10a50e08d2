// SPDX-License-Identifier: MIT
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { BallastError } from "../model/BallastError.ts";

/**
 * Takes a data folder for this process alone. The lock is a file lock that SQLite holds through an open exclusive
 * transaction: the kernel drops it with the process, however that dies, so no stale lock can be left behind and no
 * process id is ever trusted.
 * @returns Releases the folder.
 * @throws BallastError `folderInUse` when another process has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new BallastError("folderInUse", `Another process uses ${folder}`, { context: { folder }, cause });
  }
  return () => database.close();
}
