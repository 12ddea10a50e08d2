// SPDX-License-Identifier: MIT
import { textOf } from "./ledgerText.ts";

/** An entry that is not what it was; text, undefined where there was or is none. */
export interface EntryChange<Key> {
  readonly key: Key;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * A map that can tell what a piece of work changed in it, also inside its values: whoever gets a value may change it, so
 * every entry that was asked for in between is compared with what it was. Outside of a journal it is a map like any other.
 */
export class JournalMap<Key extends bigint | string, Value> extends Map<Key, Value> {
  #before: Map<Key, string | undefined> | undefined;

  /** From now on changes are remembered. */
  begin(): void {
    this.#before = new Map();
  }

  /** Ends the journal: what changed since it began. */
  end(): EntryChange<Key>[] {
    const touched = this.#before ?? new Map<Key, string | undefined>();
    this.#before = undefined;
    const changes: EntryChange<Key>[] = [];
    for (const [key, before] of touched) {
      const after = this.#text(key);
      if (after !== before) changes.push({ key, before, after });
    }
    return changes;
  }

  override get(key: Key): Value | undefined {
    this.#touch(key);
    return super.get(key);
  }

  override set(key: Key, value: Value): this {
    this.#touch(key);
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    this.#touch(key);
    return super.delete(key);
  }

  #touch(key: Key): void {
    if (this.#before === undefined || this.#before.has(key)) return;
    this.#before.set(key, this.#text(key));
  }

  #text(key: Key): string | undefined {
    return super.has(key) ? textOf(super.get(key)) : undefined;
  }
}
