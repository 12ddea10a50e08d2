// SPDX-License-Identifier: MIT
import { readFile, writeFile } from "node:fs/promises";

import { Command } from "commander";
import { encryptKeystoreJsonSync, Wallet } from "ethers";

import { errorFacts } from "../chain/errorFacts.ts";
import { EXIT } from "./exitCodes.ts";

const command = new Command("keystore")
  .description(
    "Creates a new key in a version 3 keystore. The passphrase comes from a file, else from BALLAST_PASSPHRASE.",
  )
  .requiredOption("-o, --out <file>", "file to create; an existing one is never touched")
  .option("-p, --passphrase-file <file>", "file with the passphrase");
const options = command.parse().opts<{ out: string; passphraseFile?: string }>();

try {
  const file = options.passphraseFile;
  const passphrase = file === undefined ? process.env["BALLAST_PASSPHRASE"] : await readFile(file, "utf8");
  if (passphrase === undefined || passphrase.trim() === "") {
    process.stderr.write("Name a --passphrase-file or set BALLAST_PASSPHRASE\n");
    process.exitCode = EXIT.usage;
  } else {
    const wallet = Wallet.createRandom();
    const { address, privateKey } = wallet; // without the mnemonic: a keystore holds one key
    const json = encryptKeystoreJsonSync({ address, privateKey }, passphrase.replace(/\r?\n$/, ""));
    await writeFile(options.out, `${json}\n`, { flag: "wx", mode: 0o600 });
    process.stdout.write(`${JSON.stringify({ program: "keystore", address, file: options.out })}\n`);
  }
} catch (error) {
  process.stderr.write(`${JSON.stringify({ level: "fatal", program: "keystore", ...errorFacts(error) })}\n`);
  process.exitCode = EXIT.infrastructure;
}
