// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";

import { Command } from "commander";
import { encryptKeystoreJsonSync, Wallet } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { EXIT } from "./exitCodes.ts";
import { readPassphrase } from "./openKey.ts";
import { runMain } from "./runMain.ts";

await runMain("keystore", async () => {
  const { out, passphraseFile } = new Command("keystore")
    .description(
      "Creates a new key in a version 3 keystore. The passphrase comes from a file, else from BALLAST_PASSPHRASE.",
    )
    .requiredOption("-o, --out <file>", "file to create; an existing one is never touched")
    .option("-p, --passphrase-file <file>", "file with the passphrase")
    .addHelpText("after", "\nExit codes: 0 done, 1 defect, 2 arguments, 3 infrastructure.")
    .exitOverride()
    .parse()
    .opts<{ out: string; passphraseFile?: string }>();
  const passphrase = await readPassphrase(passphraseFile, process.env["BALLAST_PASSPHRASE"]);

  const { address, privateKey } = Wallet.createRandom(); // without the mnemonic: a keystore holds one key
  const json = encryptKeystoreJsonSync({ address, privateKey }, passphrase);
  await writeFile(out, `${json}\n`, { flag: "wx", mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    const [code, text] =
      cause.code === "EEXIST" ? ["fileExists", "exists already"] : ["storageWrite", "is not writable"];
    throw new BallastError(code, `${out} ${text}`, { context: { file: out }, cause });
  });
  process.stdout.write(`${JSON.stringify({ program: "keystore", address, file: out })}\n`);
  return EXIT.ok;
});
