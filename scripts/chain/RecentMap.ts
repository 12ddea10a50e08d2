// SPDX-License-Identifier: MIT
/** A map that forgets what was put into it longest ago. For what can be worked out again. */
export class RecentMap<Key, Value> {
  readonly #kept: number;
  readonly #values = new Map<Key, Value>();

  /** @param kept Entries at most. */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** What is known of a key. */
  known(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  /** What is known of a key, or what `find` says, which is then known. */
  get(key: Key, find: () => Value): Value {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const found = find();
    this.put(key, found);
    return found;
  }

  put(key: Key, value: Value): void {
    this.#values.set(key, value);
    if (this.#values.size > this.#kept) this.#values.delete(this.#values.keys().next().value!);
  }
}
