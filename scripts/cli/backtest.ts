// SPDX-License-Identifier: MIT
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { Command } from "commander";

import { Backtest } from "../simulator/backtest/Backtest.ts";
import { BacktestChain } from "../simulator/backtest/BacktestChain.ts";
import { backtestTable } from "../simulator/backtest/backtestTable.ts";
import { writeBacktest } from "../simulator/backtest/writeBacktest.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { EXIT } from "./exitCodes.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  readonly seed: number;
  readonly weeks: number;
  readonly out: string;
}

/** A check did not hold. */
const BROKEN = 1;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LARGEST_SEED = 2 ** 31 - 2;
const MOST_WEEKS = 104;
/** 5 January 2026, 09:00 UTC. */
const START_SECONDS = 1_767_603_600n;

function parseOptions(): Options {
  return new Command("npm run backtest --")
    .description(
      "Runs the deployed options vaults through synthetic weeks on a local chain: covered calls and cash-secured puts, started, " +
        "auctioned, settled and closed as anybody would, with buyers who have their own opinions and may buy nothing. Some ten " +
        "seconds a week.",
    )
    .option("--seed <n>", "seed of prices, buyers and keys", wholeNumber(0, LARGEST_SEED), 42)
    .option("--weeks <n>", "weeks", wholeNumber(1, MOST_WEEKS), 26)
    .option("--out <folder>", "where the report goes", join(ROOT, "reports", "backtest"))
    .addHelpText(
      "after",
      "\nExit codes: 0 all checks held, 1 one did not, 2 arguments, 3 infrastructure, 130 Ctrl-C, 143 SIGTERM.",
    )
    .exitOverride()
    .parse()
    .opts<Options>();
}

async function play(options: Options, progress: ProgressLine): Promise<number> {
  const startedMs = performance.now();
  progress.show(0, options.weeks, "starting the chain and deploying");
  const chain = await BacktestChain.create(options.seed, START_SECONDS);
  try {
    const backtest = new Backtest(chain, options.seed, (at) => progress.show(at.done, at.total, at.text));
    const record = await backtest.play(options.weeks);
    progress.end();
    const command = `npm run backtest -- --seed ${options.seed} --weeks ${options.weeks}`;
    const { summary, verdicts } = await writeBacktest(options.out, record, command);
    process.stdout.write(backtestTable(summary, verdicts));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    process.stdout.write(`  report: ${relative(process.cwd(), join(options.out, "report.html"))} (${seconds} s)\n`);
    return summary.verdict === "held" ? EXIT.ok : BROKEN;
  } finally {
    progress.end();
    await chain.close();
  }
}

await runInterruptible(
  "backtest",
  async (interruption) => interruption.race(play(parseOptions(), new ProgressLine(process.stderr))),
  "the chain has ended.",
);
