// SPDX-License-Identifier: MIT
// `npm run bench:books`: opens books by real transactions on a local node and measures a keeper on them. Takes minutes.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { Command } from "commander";

import { wholeNumber } from "../../scripts/cli/wholeNumber.ts";
import { ProgressLine } from "../../scripts/simulator/ProgressLine.ts";
import { FIRST_PRICE, KeeperBench } from "../ts/programs/support/KeeperBench.ts";
import { NODE_FLAGS } from "../ts/programs/support/startProgram.ts";
import type { Order, Report } from "./keeperProcess.ts";
import { openBooks } from "./openBooks.ts";

const HEARTBEATS_CALM = 24_000n;
const BLOCK_GAS = 60_000_000n;
/** Of a fall in steps that no quarantine holds up. */
const STEP_BPS = 9_780n;
const BPS = 10_000n;
const ROUND_SECONDS = 60n;
const MARKET = 1n;
const NATIVE_PRICE = "300000000000";
const PASSPHRASE = "x";

interface Figure {
  readonly name: string;
  readonly value: string;
}

const { books, thin } = new Command("npm run bench:books --")
  .description("Opens books by real transactions on a local node and measures a keeper on them. Takes minutes.")
  .option("--books <n>", "books to open", wholeNumber(1, 100_000), 20_000)
  .option("--thin <n>", "of these, books that a fall of the price makes short", wholeNumber(1, 1_000), 100)
  .parse()
  .opts<{ readonly books: number; readonly thin: number }>();
const progress = new ProgressLine(process.stdout);
const figures: Figure[] = [];
const note = (name: string, value: string): void => void figures.push({ name, value });

progress.show(0, books, "deploying");
const bench = await KeeperBench.start();
await bench.chain.provider.send("evm_setBlockGasLimit", [`0x${BLOCK_GAS.toString(16)}`]);
progress.show(0, books, "waiting for Normal mode");
await bench.calm(HEARTBEATS_CALM);
const began = performance.now();
const firstBlock = await bench.chain.provider.getBlockNumber();
await openBooks(bench, { books, thin }, progress);
const blocks = (await bench.chain.provider.getBlockNumber()) - firstBlock;
note("books opened by real transactions", `${books} in ${blocks} blocks, ${seconds(performance.now() - began)}`);

const keeper = await startKeeper();
const begun = await order("begin");
note("memory of the keeper before it reads anything", `${begun.peakMiB.toFixed(0)} MiB`);
const built = await order("advance");
note("index built from the chain's events", `${built.count} books, ${seconds(built.milliseconds)}`);
const restarted = await order("restart");
note("index read from disk after a restart", seconds(restarted.milliseconds));
await bench.deposit("passer-by", MARKET, 1_000_000n);
note("three blocks more", seconds((await order("advance")).milliseconds));
await bench.round();
const calm = await order("sweep");
note("health of all books, reading included", `${seconds(calm.milliseconds)}, ${calm.count} short`);
note("most memory of the keeper so far", `${calm.peakMiB.toFixed(0)} MiB`);

const { round, swept } = await fall();
note("health of all books after a fall", `${seconds(swept.milliseconds)}, ${swept.count} short`);
const turned = await order("turn");
await bench.block();
const flagged = await flagsIn("latest");
note("turn of the keeper: look, simulate, sign, send", seconds(turned.milliseconds));
note(
  `flags in the block after round ${round}, the second that qualifies`,
  `${flagged.count} of ${swept.count} by ${flagged.transactions} transactions, ${flagged.gas} gas`,
);
note("most memory of the keeper", `${turned.peakMiB.toFixed(0)} MiB`);

await order("end");
await bench.close();
progress.end();
const width = Math.max(...figures.map(({ name }) => name.length));
for (const { name, value } of figures) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);

/** Rounds a minute apart until books are short at two of them; the round that made them so is in the newest block. */
async function fall(): Promise<{ round: bigint; swept: Report }> {
  let price = FIRST_PRICE;
  for (;;) {
    price = (price * STEP_BPS) / BPS;
    await bench.witness(price);
    await bench.skipTo(bench.now + ROUND_SECONDS - 16n);
    const round = await bench.round(price);
    const swept = await order("sweep");
    if (swept.count > 0 || price < FIRST_PRICE / 2n) return { round, swept };
  }
}

async function startKeeper(): Promise<ChildProcess> {
  const config = await bench.keeperConfig({ liquidator: { nativePrice: NATIVE_PRICE } });
  const direct = { ...config, chain: { ...config.chain, rpcUrl: bench.chain.url } };
  const file = fileURLToPath(new URL("keeperProcess.ts", import.meta.url));
  return fork(file, [JSON.stringify(direct), PASSPHRASE], { execArgv: NODE_FLAGS });
}

async function order(what: Order): Promise<Report> {
  progress.show(books, books, `keeper: ${what}`);
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`the keeper ended with ${code}`));
    keeper.once("exit", died);
    keeper.once("message", (report) => {
      keeper.off("exit", died);
      resolve(report as Report);
    });
    keeper.send(what);
  });
}

async function flagsIn(block: string): Promise<{ count: number; transactions: number; gas: bigint }> {
  const { house } = bench.room;
  const found = await house.queryFilter(house.filters.BookFlagged(), block, block);
  const mined = await bench.chain.provider.getBlock(block);
  const transactions = new Set(found.map(({ transactionHash }) => transactionHash)).size;
  return { count: found.length, transactions, gas: mined!.gasUsed };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
