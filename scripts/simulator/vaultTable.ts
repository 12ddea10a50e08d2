// SPDX-License-Identifier: MIT
import { formatDecimal } from "../model/formatDecimal.ts";
import { vaultLines } from "./backtest/backtestTable.ts";
import type { VaultSummary } from "./backtest/summarizeBacktest.ts";
import { signed } from "./profitTable.ts";
import type { VaultAccountRecord, VaultStoryRecord, VaultWeeksRecord } from "./VaultWeeksRecord.ts";

const COLUMNS = ["sold to", "options", "volatility", "premium"];
const WHEN_WIDTH = 20;
const NAME_WIDTH = 14;
const NUMBER_WIDTH = 14;
const SIZE_DECIMALS = 6;
const SHOWN_DECIMALS = 2;
const PERCENT_DECIMALS = 2;

/** The vaults' weeks as printed text: what each came to, every sale, and what everybody gained or lost. Pure. */
export function vaultTable({ vaults }: VaultWeeksRecord, summaries: readonly VaultSummary[]): string {
  return ["  Two weeks of the options vaults", ...vaultLines(summaries), "", ...vaults.flatMap(linesOf)].join("\n");
}

function linesOf({ vault, accounts }: VaultStoryRecord): string[] {
  const { name, unitDecimals } = vault;
  const sales = vault.epochs.flatMap((epoch) => epoch.sales);
  return [
    row(name.padEnd(WHEN_WIDTH + NAME_WIDTH - 2), COLUMNS),
    ...sales.map(({ at, buyer, size, volatilityBps, premium }) =>
      row(when(at).padEnd(WHEN_WIDTH + NAME_WIDTH - 2), [
        buyer,
        formatDecimal(size, SIZE_DECIMALS, SHOWN_DECIMALS),
        `${formatDecimal(volatilityBps, PERCENT_DECIMALS, 1)} %`,
        formatDecimal(premium, unitDecimals, SHOWN_DECIMALS),
      ]),
    ),
    `  gained: ${accounts.map((account) => gained(account, unitDecimals)).join(", ")}`,
    "",
  ];
}

function row(first: string, cells: readonly string[]): string {
  return `  ${first}${cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join("")}`;
}

function gained({ name, start, end }: VaultAccountRecord, decimals: number): string {
  return `${name} ${signed(end - start, decimals)}`;
}

/** "2026-01-09 09:10". */
export function when(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
}
