// SPDX-License-Identifier: MIT
import { formatDecimal } from "../model/formatDecimal.ts";
import { vaultBody } from "./backtest/backtestHtml.ts";
import type { SaleRecord } from "./backtest/BacktestRecord.ts";
import type { VaultSummary } from "./backtest/summarizeBacktest.ts";
import { escapeHtml } from "./plotSvg.ts";
import { signed } from "./profitTable.ts";
import { when } from "./vaultTable.ts";
import type { VaultAccountRecord, VaultStoryRecord, VaultWeeksRecord } from "./VaultWeeksRecord.ts";

const SIZE_DECIMALS = 6;
const SHOWN_DECIMALS = 2;
const PERCENT_DECIMALS = 2;

/** The chapter of a report about the vaults: numbers, the price of a share, every epoch, every sale and everybody's gain. */
export function vaultHtml({ vaults, exits }: VaultWeeksRecord, summaries: readonly VaultSummary[]): string {
  const intro =
    `<p>On the morning after the crash anyone starts the epochs of both deployed vaults, and their prices fall until buyers ` +
    `come. In mid-week, while there is no price at all, one depositor adds, one asks to leave and one takes a share of cash and ` +
    `options in kind; in the second week the price doubles, which costs the calls dearly and the puts nothing. ` +
    `${exits.refused} of ${exits.attempted} exits were refused.</p>`;
  return intro + vaults.map((story, index) => storyHtml(story, summaries[index]!)).join("");
}

function storyHtml({ vault, accounts }: VaultStoryRecord, summary: VaultSummary): string {
  const { name, unitDecimals, epochs } = vault;
  const sales = epochs.flatMap((epoch) => epoch.sales).map((sale) => saleCells(sale, unitDecimals));
  const people = accounts.map((account) => accountCells(account, unitDecimals));
  return (
    `<h3>${escapeHtml(name)}</h3>${vaultBody(vault, summary)}` +
    table(["Sold at", "To", "Options", "Volatility", "Premium", "Fee"], sales) +
    table(["Who", "Role", "Before", "After", "Gained"], people)
  );
}

function saleCells({ at, buyer, size, volatilityBps, premium, fee }: SaleRecord, decimals: number): string[] {
  return [
    when(at),
    buyer,
    formatDecimal(size, SIZE_DECIMALS, SHOWN_DECIMALS),
    `${formatDecimal(volatilityBps, PERCENT_DECIMALS, 1)} %`,
    formatDecimal(premium, decimals, SHOWN_DECIMALS),
    formatDecimal(fee, decimals, decimals),
  ];
}

function accountCells({ name, role, start, end }: VaultAccountRecord, decimals: number): string[] {
  const amount = (units: bigint): string => formatDecimal(units, decimals, SHOWN_DECIMALS);
  return [name, role, amount(start), amount(end), signed(end - start, decimals)];
}

/** Two columns of words, then numbers. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = (index: number): string => (index < 2 ? "" : ' class="number"');
  const head = heads.map((text, index) => `<th${kind(index)}>${text}</th>`).join("");
  const body = rows.map(
    (cells) => `<tr>${cells.map((text, index) => `<td${kind(index)}>${escapeHtml(text)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
