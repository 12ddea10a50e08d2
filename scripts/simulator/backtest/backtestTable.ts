// SPDX-License-Identifier: MIT
import type { Verdict } from "../verdict.ts";
import type { BacktestSummary } from "./summarizeBacktest.ts";

const WIDTHS = [14, 12, 12, 10, 10, 10, 10, 9] as const;

/** The summary as a terminal shows it. */
export function backtestTable(summary: BacktestSummary, verdicts: readonly Verdict[]): string {
  const head = ["vault", "premium", "assigned", "costs", "share", "deepest", "holding", "unsold"];
  const rows = summary.vaults.map((vault) => [
    vault.symbol,
    vault.premium.toFixed(2),
    vault.assigned.toFixed(2),
    vault.costs.toFixed(2),
    percent(vault.gained),
    percent(-vault.drawdown),
    percent(vault.points.at(-1)!.holding - 1),
    `${vault.unsold} of ${vault.epochs}`,
  ]);
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, at) => cell.padEnd(WIDTHS[at]!)).join("")}`;
  const checks = verdicts.map(({ name, held, detail }) => `  ${held ? "held  " : "BROKEN"}  ${name}: ${detail}`);
  return ["", line(head), ...rows.map(line), "", ...checks, ""].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
