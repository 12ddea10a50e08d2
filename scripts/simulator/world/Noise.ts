// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";

/**
 * Standard normal noise that can be asked for at any place: the same for the same key and index, whoever asks and in whatever
 * order. Box and Muller over two hashes of 32 bits; no place is correlated with the next.
 */
export class Noise {
  readonly #low: number;
  readonly #high: number;

  /** @param name As of a stream: whatever has the same name sees the same noise. */
  constructor(seed: number, name: string) {
    const digest = createHash("sha256").update(`${seed} ${name}`).digest();
    this.#low = digest.readUInt32BE(0);
    this.#high = digest.readUInt32BE(4);
  }

  /** @param index Such as the second. */
  at(index: number): number {
    const radius = Math.sqrt(-2 * Math.log((mixed(index ^ this.#low) + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * mixed(index ^ this.#high)) / 2 ** 32);
  }
}

/** Finalizer of MurmurHash3: every bit of the answer depends on every bit given. Below 2^32 − 1, so that no logarithm is of 0. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) % (2 ** 32 - 1);
}
