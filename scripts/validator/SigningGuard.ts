// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Storage } from "../chain/Storage.ts";
import { vectorHash } from "../chain/vectorHash.ts";
import { BallastError } from "../model/BallastError.ts";
import { FEED_SLOTS } from "../model/constants.ts";
import type { Prices } from "../model/types.ts";

const whole = z.string().regex(/^\d+$/).transform(BigInt);
const shape = z.strictObject({
  floor: whole,
  entries: z.array(z.strictObject({ round: whole, hash: z.string(), prices: z.array(whole).length(FEED_SLOTS) })),
});

interface Entry {
  readonly round: bigint;
  readonly hash: string;
  readonly prices: Prices;
}

const FILE = "guard.json";
/** What an entry is on disk: an entry never changes, and all are written with every new one. */
const texts = new WeakMap<Entry, string>();
/** Rounds remembered one by one; older ones fall under the floor. Twice what the oracle can still accept. */
const KEPT_ROUNDS = 80;

/**
 * Memory that keeps a validator from signing two different vectors in one round, across crashes. A vector is on disk,
 * synced, before a signature over it may leave. The same vector may be signed again under a new anchor or set. It does
 * not look at the key: a validator is one person to the slasher whichever of his keys he used.
 */
export class SigningGuard {
  readonly #storage: Storage;
  #floor: bigint;
  #entries: readonly Entry[];

  private constructor(storage: Storage, floor: bigint, entries: readonly Entry[]) {
    this.#storage = storage;
    this.#floor = floor;
    this.#entries = entries;
  }

  /**
   * Opens the guard. Without a file (first start, or a lost disk) nothing up to `currentRound` will ever be signed:
   * it may have been signed already.
   * @throws BallastError `guardUnreadable`: a damaged memory is no memory, a person has to look.
   */
  static async open(storage: Storage, currentRound: bigint): Promise<SigningGuard> {
    const text = await storage.read(FILE);
    if (text === undefined) {
      const fresh = new SigningGuard(storage, currentRound, []);
      await fresh.#store(currentRound, []);
      return fresh;
    }
    const parsed = shape.safeParse(parseJson(text));
    if (!parsed.success)
      throw new BallastError("guardUnreadable", "The guard's file is damaged", { cause: parsed.error });
    return new SigningGuard(storage, parsed.data.floor, parsed.data.entries);
  }

  /** Nothing up to this round will be signed but what was signed before. */
  floor(): bigint {
    return this.#floor;
  }

  /** Newest round that was signed, or was about to be; undefined when none is remembered. */
  lastRound(): bigint | undefined {
    return this.#entries.at(-1)?.round;
  }

  /** Takes over from what others saw that rounds up to `round` may have been signed: nothing new is signed in them. */
  async adopt(round: bigint): Promise<void> {
    if (round > this.#floor) await this.#store(round, this.#entries);
  }

  /** Vector of a round that was signed, or was about to be. */
  vectorOf(round: bigint): Prices | undefined {
    return this.#entry(round)?.prices;
  }

  /**
   * Permits one vector for one round for ever; returns only when that is on disk.
   * @throws BallastError `guardFloor` for rounds whose past is unknown, `guardConflict` for a second vector.
   */
  async permit(round: bigint, prices: Prices): Promise<void> {
    const hash = vectorHash(round, prices);
    const entry = this.#entry(round);
    if (entry?.hash === hash) return;
    if (entry !== undefined) {
      throw new BallastError("guardConflict", "Another vector was signed in this round", {
        context: { round, first: entry.hash, second: hash },
      });
    }
    if (round <= this.#floor) {
      throw new BallastError("guardFloor", "The round is under the guard's floor", {
        context: { round, floor: this.#floor },
      });
    }

    const all = [...this.#entries, { round, hash, prices }].sort((a, b) => (a.round < b.round ? -1 : 1));
    const kept = all.slice(-KEPT_ROUNDS);
    const fallen = all.at(-KEPT_ROUNDS - 1)?.round ?? 0n;
    await this.#store(fallen > this.#floor ? fallen : this.#floor, kept);
  }

  #entry(round: bigint): Entry | undefined {
    return this.#entries.findLast((entry) => entry.round === round); // it is asked about the newest
  }

  async #store(floor: bigint, entries: readonly Entry[]): Promise<void> {
    await this.#storage.write(FILE, `{"floor":"${floor}","entries":[${entries.map(textOf).join()}]}\n`);
    this.#floor = floor;
    this.#entries = entries;
  }
}

function textOf(entry: Entry): string {
  const { round, hash, prices } = entry;
  const text = texts.get(entry) ?? JSON.stringify({ round: round.toString(), hash, prices: prices.map(String) });
  texts.set(entry, text);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
