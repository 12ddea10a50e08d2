// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Verdict } from "../verdict.ts";
import { backtestHtml } from "./backtestHtml.ts";
import type { BacktestRecord } from "./BacktestRecord.ts";
import { checkBacktest, summarizeBacktest } from "./summarizeBacktest.ts";
import type { BacktestSummary } from "./summarizeBacktest.ts";

/** What a backtest came to. */
export interface BacktestResult {
  readonly summary: BacktestSummary;
  readonly verdicts: readonly Verdict[];
}

/** Judges a record and writes `summary.json`, `verdicts.json`, `epochs.json` and `report.html` into a folder. */
export async function writeBacktest(folder: string, record: BacktestRecord, command: string): Promise<BacktestResult> {
  const verdicts = checkBacktest(record);
  const summary = summarizeBacktest(record, verdicts);
  const text = (value: unknown): string =>
    `${JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? each.toString() : each), 2)}\n`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "summary.json"), text(summary));
  await writeFile(join(folder, "verdicts.json"), text(verdicts));
  await writeFile(join(folder, "epochs.json"), text(record));
  await writeFile(join(folder, "report.html"), backtestHtml({ record, summary, verdicts, command }));
  return { summary, verdicts };
}
