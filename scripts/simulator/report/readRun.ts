// SPDX-License-Identifier: MIT
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import { readSummary } from "../record/RunSummary.ts";
import { replayCommand } from "../study/print/commandText.ts";
import { shown } from "../study/print/textTable.ts";
import { cellsOf, numberOf } from "./readCsv.ts";
import { readEvents } from "./readEvents.ts";
import { readSeries } from "./readSeries.ts";
import type { AccountLine, ExpectationLine, RunMaterial } from "./RunMaterial.ts";

const manifestShape = z.record(z.string(), z.unknown());
const verdictsShape = z.looseObject({
  expectations: z
    .array(
      z.looseObject({
        key: z.string(),
        held: z.boolean(),
        wanted: z.string(),
        given: z.union([z.number(), z.string(), z.boolean(), z.null()]),
      }),
    )
    .default([]),
});

/**
 * Reads what a run left. All but `summary.json` may be missing; the report then says so.
 * @throws BallastError `runUnreadable` for a folder without a summary, or a file that is damaged; `summaryInvalid`.
 */
export async function readRun(folder: string): Promise<RunMaterial> {
  const summaryFile = join(folder, "summary.json");
  const summaryText = await textOf(summaryFile);
  if (summaryText === undefined)
    throw new BallastError("runUnreadable", `${folder} holds no run: it has no summary.json`, { context: { folder } });
  const summary = readSummary(parse(summaryText, summaryFile), summaryFile);
  const given = parseAs(manifestShape, await jsonOf(join(folder, "manifest.json")), "manifest.json");
  const { expectations } = parseAs(verdictsShape, await jsonOf(join(folder, "verdicts.json")), "verdicts.json");
  const events = await readEvents(linesOf(join(folder, "events.jsonl")));
  const series = await readSeries(linesOf(join(folder, "series.csv")), summary.simulatedSeconds);
  const { replay, document, ...manifest } = given;
  return {
    folder,
    summary,
    manifest: entriesOf(manifest),
    document: document === undefined ? undefined : JSON.stringify(document, undefined, 2),
    replay: typeof replay === "string" ? replay : replayCommand(folder),
    expectations: expectations.map(expectationLine),
    windows: events.windows,
    firstBids: events.firstBids,
    eventCounts: events.counts,
    series,
    ...(await accountsOf(join(folder, "accounts.csv"))),
    missing: await missingFrom(folder),
  };
}

const FILES = ["manifest.json", "verdicts.json", "events.jsonl", "series.csv", "accounts.csv"] as const;

async function missingFrom(folder: string): Promise<string[]> {
  const found = await Promise.all(FILES.map(async (name) => isThere(join(folder, name))));
  return FILES.filter((_, index) => !found[index]!);
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

async function textOf(file: string): Promise<string | undefined> {
  return (await isThere(file)) ? readFile(file, "utf8") : undefined;
}

/** An empty object where there is no file. */
async function jsonOf(file: string): Promise<unknown> {
  const text = await textOf(file);
  return text === undefined ? {} : parse(text, file);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BallastError("runUnreadable", `${file} is no JSON`, { context: { file }, cause });
  }
}

function parseAs<Shape extends z.ZodType>(shape: Shape, value: unknown, file: string): z.output<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new BallastError("runUnreadable", `${basename(file)} is not what a run leaves: ${problems.join("; ")}`, {
    context: { file, problems },
  });
}

/** None where there is no file. */
async function* linesOf(file: string): AsyncIterable<string> {
  if (!(await isThere(file))) return;
  yield* createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
}

async function accountsOf(file: string): Promise<Pick<RunMaterial, "accounts" | "accountColumns">> {
  const [head, ...lines] = ((await textOf(file)) ?? "").split(/\r?\n/).filter((line) => line !== "");
  if (head === undefined) return { accounts: [], accountColumns: [] };
  const [, ...columns] = cellsOf(head);
  const accounts = lines.map((line): AccountLine => {
    const [account = "", ...cells] = cellsOf(line);
    return { account, values: new Map(columns.map((name, place) => [name, numberOf(cells[place])])) };
  });
  return { accounts, accountColumns: columns };
}

function expectationLine({
  key,
  held,
  wanted,
  given,
}: z.output<typeof verdictsShape>["expectations"][number]): ExpectationLine {
  return { key, held, wanted, given: typeof given === "number" || given === null ? shown(given) : String(given) };
}

/** Values of a manifest as text; what is in it at greater depth is given by its path. */
function entriesOf(manifest: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(manifest).flatMap(([key, value]): [string, string][] => {
    if (typeof value !== "object" || value === null) return [[key, String(value)]];
    return Object.entries(value).map(([name, item]) => [
      `${key}.${name}`,
      typeof item === "object" ? JSON.stringify(item) : String(item),
    ]);
  });
}
