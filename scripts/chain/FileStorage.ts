// SPDX-License-Identifier: MIT
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

import { BallastError } from "../model/BallastError.ts";
import type { Storage } from "./Storage.ts";

/** Files in one folder, replaced atomically: new file, fsync, rename, fsync of the folder. One writer at a time. */
export class FileStorage implements Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.#folder, name), "utf8");
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
      throw this.#failed("storageRead", name, cause);
    }
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.#folder, name);
    const fresh = `${path}.new`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeSynced(fresh, text);
      await rename(fresh, path);
      await syncFolder(this.#folder);
    } catch (cause) {
      throw this.#failed("storageWrite", name, cause);
    }
  }

  #failed(code: string, name: string, cause: unknown): BallastError {
    return new BallastError(code, `Cannot use ${name} in ${this.#folder}`, {
      context: { folder: this.#folder, name },
      cause,
    });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
