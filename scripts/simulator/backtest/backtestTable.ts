// SPDX-License-Identifier: MIT
import type { Verdict } from "../verdict.ts";
import type { BacktestSummary, VaultSummary } from "./summarizeBacktest.ts";

const WIDTHS = [14, 12, 12, 10, 10, 10, 10, 9] as const;

/** The summary as a terminal shows it. */
export function backtestTable(summary: BacktestSummary, verdicts: readonly Verdict[]): string {
  const checks = verdicts.map(({ name, held, detail }) => `  ${held ? "held  " : "BROKEN"}  ${name}: ${detail}`);
  return ["", ...vaultLines(summary.vaults), "", ...checks, ""].join("\n");
}

/** A head, and a line for each vault. */
export function vaultLines(vaults: readonly VaultSummary[]): string[] {
  const head = ["vault", "premium", "assigned", "costs", "share", "deepest", "holding", "unsold"];
  const rows = vaults.map((vault) => [
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
  return [head, ...rows].map(line);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
