// SPDX-License-Identifier: MIT
import type { CompactSignature } from "../model/types.ts";

/** A transaction before it is signed; numbers in wei and gas. */
export interface UnsignedTransaction {
  readonly chainId: bigint;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  readonly gasLimit: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A key that never leaves its holder. */
export interface Signer {
  readonly address: string;
  /** Signs a 32-byte digest (0x and 64 digits). */
  signDigest(digest: string): Promise<CompactSignature>;
  /** Signs a type-2 transaction and returns it ready to broadcast. */
  signTransaction(transaction: UnsignedTransaction): Promise<string>;
}
