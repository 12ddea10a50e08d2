// SPDX-License-Identifier: MIT
import { PRICE_DECIMALS } from "../model/constants.ts";
import { formatDecimal } from "../model/formatDecimal.ts";
import { profitTables } from "./profits.ts";
import type { ProfitTable } from "./profits.ts";
import type { TradingRecord } from "./TradingRecord.ts";

const NAME_WIDTH = 20;
const NUMBER_WIDTH = 16;
const COLUMNS = ["premium", "fees and tips", "payoff", "profit"];

/** The profits of an expiry as printed text: one table per market, in units of its collateral. Pure. */
export function profitTable(record: TradingRecord): string {
  const expiry = new Date(Number(record.expiry) * 1000).toISOString().slice(0, 16).replace("T", " ");
  const price = formatDecimal(record.markets[0]?.price ?? 0n, PRICE_DECIMALS, 2);
  return [
    `  Who gained what by the expiry of ${expiry} UTC at ${price} USD, ${record.silent} silent`,
    ...profitTables(record).flatMap((table) => tableLines(table)),
  ].join("\n");
}

function tableLines({ market, rows, total }: ProfitTable): string[] {
  const amount = (value: bigint | undefined): string =>
    (value === undefined ? "" : signed(value, market.unitDecimals)).padStart(NUMBER_WIDTH);
  const head = COLUMNS.map((name) => name.padStart(NUMBER_WIDTH)).join("");
  return [
    `  ${market.symbol.padEnd(NAME_WIDTH)}${head}`,
    ...rows.map(
      ({ name, premium, fees, payoff, profit }) =>
        `  ${name.padEnd(NAME_WIDTH)}${[premium, fees, payoff, profit].map(amount).join("")}`,
    ),
    `  ${"together".padEnd(NAME_WIDTH)}${" ".repeat(NUMBER_WIDTH * 3)}${amount(total)}`,
    "",
  ];
}

/** All decimals of the ledger unit, with a sign. */
export function signed(value: bigint, decimals: number): string {
  const text = formatDecimal(value < 0n ? -value : value, decimals, decimals);
  if (value === 0n) return text;
  return `${value < 0n ? "−" : "+"}${text}`;
}
