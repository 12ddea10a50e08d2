// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { encryptKeystoreJsonSync } from "ethers";
import type { Wallet } from "ethers";

const PASSPHRASE = "correct horse";

/** Writes a keystore of a key, as a program's configuration wants it. */
export async function keyConfig(
  folder: string,
  { address, privateKey }: Pick<Wallet, "address" | "privateKey">,
  name: string,
): Promise<object> {
  const place = join(folder, "keys");
  await mkdir(place, { recursive: true });
  const json = encryptKeystoreJsonSync({ address, privateKey }, PASSPHRASE, { scrypt: { N: 2, r: 1, p: 1 } });
  await writeFile(join(place, `${name}.json`), json);
  await writeFile(join(place, "passphrase"), `${PASSPHRASE}\n`);
  return { keystore: join(place, `${name}.json`), passphraseFile: join(place, "passphrase") };
}
