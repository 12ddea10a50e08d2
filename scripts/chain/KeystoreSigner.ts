// SPDX-License-Identifier: MIT
import { Signature, SigningKey, Transaction, Wallet } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import type { CompactSignature } from "../model/types.ts";
import type { Signer, UnsignedTransaction } from "./Signer.ts";

/** A key from a JSON keystore (version 3), decrypted in memory only. */
export class KeystoreSigner implements Signer {
  readonly address: string;
  readonly #key: SigningKey;

  /** @throws BallastError `keystoreUnreadable` for a wrong passphrase or a file that is no keystore. */
  constructor(keystoreJson: string, passphrase: string) {
    try {
      const wallet = Wallet.fromEncryptedJsonSync(keystoreJson, passphrase);
      this.address = wallet.address;
      this.#key = new SigningKey(wallet.privateKey);
    } catch {
      // The cause is left out on purpose: libraries put the arguments of a failed call into its text.
      throw new BallastError("keystoreUnreadable", "Not a version 3 keystore, or the wrong passphrase");
    }
  }

  signDigest(digest: string): Promise<CompactSignature> {
    const { r, yParityAndS } = this.#key.sign(digest);
    return Promise.resolve({ r, yParityAndS });
  }

  signTransaction(transaction: UnsignedTransaction): Promise<string> {
    const unsigned = Transaction.from({ type: 2, value: 0n, ...transaction });
    unsigned.signature = Signature.from(this.#key.sign(unsigned.unsignedHash));
    return Promise.resolve(unsigned.serialized);
  }
}
