// SPDX-License-Identifier: MIT
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Command } from "commander";

import { PASSPHRASE } from "../simulator/LocalKeys.ts";
import { Localnet, WHOLE_WARM_UP } from "../simulator/Localnet.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { EXIT } from "./exitCodes.ts";
import type { Interruption } from "./Interruption.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  readonly seed: number;
  readonly out: string;
  readonly rpcPort: number;
  readonly warmUp: number;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LARGEST_SEED = 2 ** 31 - 1;

function parseOptions(): Options {
  return new Command("npm run localnet --")
    .description(
      "Runs everything on this machine until it is stopped: a local chain, a synthetic market, validators, " +
        "relayers, a keeper, sentinels, a quote board with a maker and a canary, with two funded people. The first hours are played in a minute or two; then options open and time goes on as it " +
        "does outside.",
    )
    .option("--seed <n>", "seed of prices and keys", wholeNumber(0, LARGEST_SEED), 42)
    .option("--out <folder>", "where configurations, keys and logs go", join(ROOT, "reports", "localnet"))
    .option("--rpc-port <n>", "port of the chain; 0 lets the system choose", wholeNumber(0, 65_535), 8_545)
    .option(
      "--warm-up <rounds>",
      "rounds played at the start; with fewer nothing opens yet, as on a new chain",
      wholeNumber(0, WHOLE_WARM_UP),
      WHOLE_WARM_UP,
    )
    .addHelpText("after", "\nExit codes: 0 stopped, 2 arguments, 3 infrastructure, 130 Ctrl-C, 143 SIGTERM.")
    .exitOverride()
    .parse()
    .opts<Options>();
}

/** Who can be asked what. */
function places(localnet: Localnet, folder: string): string {
  const { chain, room } = localnet.stage;
  const rows = [
    ["page", localnet.pageUrl!],
    ["chain", `${chain.url}  id ${chain.chainId}`],
    ["oracle", room.oracle.target as string],
    ["clearing", room.house.target as string],
    ...room.vaults.map(({ target }, index) => [`vault ${index + 1}`, target as string]),
    ...localnet.stage.programs().map(({ name, url }) => [name, url]),
    ...localnet.accounts.map(({ name, address, holds }) => [name, `${address}  ${holds.join(", ")}`]),
    ...localnet.accounts.map(({ name, config }) => [`try as ${name}`, `npm run ballast -- trade markets -c ${config}`]),
    ["keys", `${join(folder, "keys")}, passphrase "${PASSPHRASE}"`],
    ["places", join(folder, "localnet.json")],
  ];
  const lines = rows.map(([name, text]) => `    ${name!.padEnd(14)}${text}`);
  return `\n  Running until Ctrl-C (pages: /live, /ready, /metrics):\n${lines.join("\n")}\n\n`;
}

async function run({ seed, out, rpcPort, warmUp }: Options, interruption: Interruption): Promise<number> {
  const folder = out;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const line = new ProgressLine(process.stderr);
  const progress = (done: number, total: number, text: string): void => line.show(done, total, text);
  const localnet = new Localnet({ seed, folder, rpcPort, warmUpRounds: warmUp, progress }, () => BigInt(Date.now()));
  try {
    await interruption.race(localnet.start());
    line.end();
    process.stdout.write(places(localnet, folder));
    await interruption.race(localnet.goOn(interruption.signal));
    return EXIT.ok;
  } finally {
    line.end();
    await localnet.close();
  }
}

await runInterruptible(
  "localnet",
  async (interruption) => run(parseOptions(), interruption),
  "the chain and every program have ended.",
);
