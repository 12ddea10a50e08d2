// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { checkDemo } from "./checkDemo.ts";
import type { Verdict } from "./verdict.ts";
import type { DemoRecord } from "./DemoRecord.ts";
import { reportHtml } from "./reportHtml.ts";
import { summarize } from "./summarize.ts";
import type { DemoSummary } from "./summarize.ts";

/** What a demonstration came to. */
export interface DemoResult {
  readonly summary: DemoSummary;
  readonly verdicts: readonly Verdict[];
}

/** Judges a record and writes `summary.json`, `verdicts.json` and `report.html` into a folder. */
export async function writeDemo(folder: string, record: DemoRecord, command: string): Promise<DemoResult> {
  const verdicts = checkDemo(record);
  const summary = summarize(record, verdicts);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  await writeFile(join(folder, "verdicts.json"), `${JSON.stringify(verdicts, null, 2)}\n`);
  await writeFile(join(folder, "report.html"), reportHtml({ record, verdicts, summary, command }));
  return { summary, verdicts };
}
