// SPDX-License-Identifier: MIT
import { computeAddress, keccak256, Signature, SigningKey, toUtf8Bytes, Transaction } from "ethers";

import { knowReporter } from "../../chain/recoverReporter.ts";
import type { Signer, UnsignedTransaction } from "../../chain/Signer.ts";
import type { CompactSignature } from "../../model/types.ts";

/** Private key of an actor by name, from the scenario's seed: worthless anywhere else, the same in every run. */
export function secretOf(seed: number, name: string): string {
  return keccak256(toUtf8Bytes(`ballast simulation ${seed} ${name}`));
}

/** Signs with it. */
export class KeySigner implements Signer {
  readonly address: string;
  readonly #key: SigningKey;

  constructor(seed: number, name: string) {
    this.#key = new SigningKey(secretOf(seed, name));
    this.address = computeAddress(this.#key);
  }

  signDigest(digest: string): Promise<CompactSignature> {
    const { r, yParityAndS } = this.#key.sign(digest);
    knowReporter(digest, { r, yParityAndS }, this.address); // the world's other half need not find out
    return Promise.resolve({ r, yParityAndS });
  }

  signTransaction(transaction: UnsignedTransaction): Promise<string> {
    const unsigned = Transaction.from({ type: 2, value: 0n, ...transaction });
    unsigned.signature = Signature.from(this.#key.sign(unsigned.unsignedHash));
    return Promise.resolve(unsigned.serialized);
  }
}
