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
  return new KeystoreSigner(keystore, await readPassphrase(config.passphraseFile, environmentPassphrase));
}

/** The passphrase of a file, else the environment's. @throws BallastError `passphraseMissing` when it is empty or none. */
export async function readPassphrase(file: string | undefined, environment: string | undefined): Promise<string> {
  const text = file === undefined ? (environment ?? "") : await readText(file);
  const passphrase = text.replace(/\r?\n$/, "");
  if (passphrase.trim() === "") {
    const source =
      file === undefined ? "no passphrase file is named and BALLAST_PASSPHRASE is not set" : `${file} is empty`;
    throw new BallastError("passphraseMissing", `No passphrase: ${source}`);
  }
  return passphrase;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new BallastError("configInvalid", `Cannot read the file ${file}`, { context: { file }, cause });
  }
}
