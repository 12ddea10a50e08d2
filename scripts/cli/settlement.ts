// SPDX-License-Identifier: MIT
import { Argument, Command } from "commander";

import { parseAmount, parseExpiry, parseWhole } from "../trade/series.ts";
import { BallastError } from "../model/BallastError.ts";
import { logLevelOption } from "./logLevelOption.ts";
import { runMain } from "./runMain.ts";
import { runSettlement, SETTLEMENT_ACTS } from "./runSettlement.ts";
import type { SettlementAct } from "./runSettlement.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Flags {
  readonly config: string;
  readonly market: string;
  readonly expiry: string;
  readonly price?: string;
  readonly mostBps: number;
  readonly signatures?: readonly string[];
  readonly send?: boolean;
  readonly logLevel: string;
}

const PRICE_DECIMALS = 8;

const program = new Command("settlement")
  .description(
    "The price of an expiry whose half hour nobody covered: validators sign one, anybody posts or disputes it.",
  )
  .addArgument(new Argument("<act>", "what to do").choices(SETTLEMENT_ACTS))
  .requiredOption("-c, --config <file>", "JSON configuration")
  .requiredOption("--market <number>", "the market, from 1")
  .requiredOption("--expiry <day>", "such as 2026-11-27 for that day 08:00 UTC, or unix seconds")
  .option("--price <dollars>", "for sign: what the underlying was worth at the expiry")
  .option(
    "--most-bps <number>",
    "for sign: how far from the oracle's last price that may be",
    wholeNumber(1, 100_000),
    1_000,
  )
  .option("--signatures <files...>", "for post: what sign printed, a file for each validator")
  .option("--send", "for post and challenge: send it with the configured key; without, it is only checked and shown")
  .addOption(logLevelOption())
  .addHelpText(
    "after",
    `
  show       the expiry, its half hour and the set whose signatures count
  sign       this validator's signature over a price; all must sign the very same
  post       hand in signatures of more than two thirds of the set; the price stands after an hour
  challenge  void a posted price for good, for a bond of a hundredth of the claims, out of the free balance

From two to 23 hours after the expiry, and only where less than a fifth of its half hour is covered. Without signatures
the next rung settles it a day after the expiry.

Exit codes: 0 done, 1 defect, 2 arguments or configuration, 3 infrastructure, 4 unsafe to start, 5 refused by the
contracts, or before by their rules.`,
  )
  .exitOverride();

await runMain("settlement", async () => {
  program.parse();
  const act = program.args[0] as SettlementAct;
  const { config, market, expiry, price, mostBps, signatures, send, logLevel } = program.opts<Flags>();
  if (act === "sign" && price === undefined) throw new BallastError("configInvalid", "sign needs --price");
  if (act === "post" && signatures === undefined) throw new BallastError("configInvalid", "post needs --signatures");
  return runSettlement(act, {
    config,
    market: parseWhole("market", market),
    expiry: parseExpiry(expiry),
    price: price === undefined ? 0n : parseAmount("price", price, PRICE_DECIMALS),
    mostBps: BigInt(mostBps),
    signatures: signatures ?? [],
    send: send === true,
    logLevel,
  });
});
