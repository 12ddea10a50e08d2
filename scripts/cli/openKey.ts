// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import type { z } from "zod";

import type { keyShape } from "../chain/configShapes.ts";
import { KeystoreSigner } from "../chain/KeystoreSigner.ts";
import { BallastError } from "../model/BallastError.ts";

/** Opens the keystore a configuration names. The passphrase comes from its file, else from the environment. */
export async function openKey(
  config: z.output<typeof keyShape>,
  environmentPassphrase: string | undefined,
): Promise<KeystoreSigner> {
  const keystore = await readText(config.keystore);
  const passphrase =
    config.passphraseFile === undefined ? environmentPassphrase : await readText(config.passphraseFile);
  if (passphrase === undefined) {
    throw new BallastError("passphraseMissing", "Name a passphraseFile or set BALLAST_PASSPHRASE");
  }
  return new KeystoreSigner(keystore, passphrase.replace(/\r?\n$/, ""));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new BallastError("configInvalid", `Cannot read ${file}`, { context: { file }, cause });
  }
}
