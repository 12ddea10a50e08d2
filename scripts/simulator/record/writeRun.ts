// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { ExpectationVerdict } from "../scenario/judgeExpectations.ts";
import type { AccountRow } from "./Accounts.ts";
import type { Manifest } from "./manifest.ts";
import { MemorySink } from "./RunSink.ts";
import type { RunSink } from "./RunSink.ts";
import type { RunSummary } from "./RunSummary.ts";

const COLUMNS = [
  "account",
  "deposits",
  "freeBalance",
  "bookCash",
  "profit",
  "healthBefore",
  "worstHealth",
  "healthAfter",
] as const satisfies readonly (keyof AccountRow)[];

/** A run that is over. */
export interface FinishedRun {
  readonly manifest: Manifest;
  readonly summary: RunSummary;
  readonly expectations: readonly ExpectationVerdict[];
  readonly accounts: readonly AccountRow[];
  /** A folder's sink has written its files already. */
  readonly sink: RunSink;
}

/** Writes what a run leaves into its folder, all but the report. */
export async function writeRun(folder: string, run: FinishedRun): Promise<void> {
  const { manifest, summary, expectations, accounts, sink } = run;
  await mkdir(folder, { recursive: true });
  sink.close();
  const files = [
    ["manifest.json", jsonOf(manifest)],
    ["summary.json", jsonOf(summary)],
    ["verdicts.json", jsonOf(verdictsOf(summary, expectations))],
    ["accounts.csv", accountsTable(accounts)],
  ];
  if (sink instanceof MemorySink)
    for (const name of ["events.jsonl", "series.csv"] as const) files.push([name, sink.text(name)]);
  for (const [name, text] of files) await writeFile(join(folder, name!), text!);
}

/** `verdicts.json`: what held, what did not, and where it first did not. */
function verdictsOf({ verdict, invariants }: RunSummary, expectations: readonly ExpectationVerdict[]): object {
  return {
    verdict,
    invariants,
    expectations: expectations.map((one) => ({ ...one, given: one.given === Infinity ? null : one.given })),
  };
}

/** `accounts.csv`. */
export function accountsTable(accounts: readonly AccountRow[]): string {
  const rows = accounts.map((row) => COLUMNS.map((column) => row[column] ?? "").join(","));
  return [COLUMNS.join(","), ...rows].map((line) => `${line}\n`).join("");
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
