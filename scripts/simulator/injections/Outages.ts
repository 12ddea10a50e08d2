// SPDX-License-Identifier: MIT
import type { ProgramActor } from "../world/ProgramActor.ts";

/** Who is held down by how many faults: a process comes back when the last of them lets go. */
export class Outages {
  readonly #actors: ReadonlyMap<string, ProgramActor>;
  readonly #holds = new Map<string, number>();

  constructor(actors: ReadonlyMap<string, ProgramActor>) {
    this.#actors = actors;
  }

  /** Ends a process like a power cut, or keeps it from coming back. */
  hold(name: string): void {
    this.#holds.set(name, (this.#holds.get(name) ?? 0) + 1);
    this.#actors.get(name)!.kill();
  }

  /** Takes a hold back. */
  release(name: string): void {
    const left = (this.#holds.get(name) ?? 1) - 1;
    this.#holds.set(name, left);
    if (left === 0) this.#actors.get(name)!.start();
  }
}
