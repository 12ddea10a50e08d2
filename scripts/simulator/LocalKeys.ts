// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { encryptKeystoreJsonSync, keccak256, toUtf8Bytes, Wallet } from "ethers";

/** Of every key of a local chain: they are worthless anywhere else. */
export const PASSPHRASE = "not a secret";

/** Writes a key's keystore into a folder and returns its file. */
export async function writeKeystore(
  folder: string,
  name: string,
  { address, privateKey }: Pick<Wallet, "address" | "privateKey">,
  passphrase: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  // The weakest key derivation: the key is public anyway, and a dozen programs open theirs at once.
  const json = encryptKeystoreJsonSync({ address, privateKey }, passphrase, { scrypt: { N: 2, r: 1, p: 1 } });
  const file = join(folder, `${name}.json`);
  await writeFile(file, `${json}\n`, { mode: 0o600 });
  return file;
}

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
  keystore(name: string, key: Pick<Wallet, "address" | "privateKey"> = this.of(name)): Promise<string> {
    return writeKeystore(this.#folder, name, key, this.#passphrase);
  }
}
