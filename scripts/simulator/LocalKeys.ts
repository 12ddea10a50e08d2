// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { encryptKeystoreJsonSync, keccak256, toUtf8Bytes, Wallet } from "ethers";

/** Keys of a stage, derived from its seed: worthless anywhere else, the same in every run. */
export class LocalKeys {
  readonly #seed: number;
  readonly #folder: string;
  readonly #passphrase: string;

  constructor(seed: number, folder: string, passphrase: string) {
    this.#seed = seed;
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  of(name: string): Wallet {
    return new Wallet(keccak256(toUtf8Bytes(`ballast demonstration ${this.#seed} ${name}`)));
  }

  /** Writes the keystore of a name and returns its file. @param key The name's own unless another is given. */
  async keystore(name: string, key: Pick<Wallet, "address" | "privateKey"> = this.of(name)): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const { address, privateKey } = key;
    // The weakest key derivation: the key is public anyway, and a dozen programs open theirs at once.
    const json = encryptKeystoreJsonSync({ address, privateKey }, this.#passphrase, { scrypt: { N: 2, r: 1, p: 1 } });
    const file = join(this.#folder, `${name}.json`);
    await writeFile(file, `${json}\n`, { mode: 0o600 });
    return file;
  }
}
