// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "./nodeFlags.ts";

const REAPER = fileURLToPath(new URL("./reaper.ts", import.meta.url));

/**
 * Sees to it that no child outlives this process: a process of its own, which holds the other end of a pipe, kills what is left
 * when this one has gone, however it went.
 */
export class OrphanReaper {
  #process: ChildProcess | undefined;

  /** Tells it of a child, and later that the child ended by itself. */
  watch(child: ChildProcess): void {
    if (this.#process === undefined) {
      this.#process = spawn(process.execPath, [...NODE_FLAGS, REAPER], {
        stdio: ["pipe", "ignore", "ignore"],
        detached: true,
      });
      this.#process.stdin!.on("error", () => undefined); // a reaper that died cannot be told; children end with their owner
      this.#process.unref();
    }
    if (child.pid !== undefined) this.#process.stdin!.write(`${child.pid}\n`);
    child.once("exit", () => this.#process?.stdin?.write(`-${child.pid}\n`));
  }

  /** Lets it end; what still runs then is killed. */
  close(): void {
    this.#process?.stdin?.end();
    this.#process = undefined;
  }
}
