// SPDX-License-Identifier: MIT
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { BallastError } from "../../model/BallastError.ts";
import { reportPage } from "./page.ts";
import type { Chapter } from "./page.ts";
import { readRun } from "./readRun.ts";
import { runChapter } from "./runChapter.ts";
import { studyChapter } from "./studyChapter.ts";
import { readStudy } from "./studyShapes.ts";

/** What a report is called beside what it is about. */
export const REPORT_FILE = "report.html";

/**
 * One page about runs, by their folders, and studies, by the JSON they wrote, in the order given.
 * @throws BallastError `reportSourceMissing` for a path that is not there, `runUnreadable`, `summaryInvalid`, `studyUnreadable`.
 */
export async function reportOf(sources: readonly string[]): Promise<string> {
  const chapters: Chapter[] = [];
  for (const source of sources) chapters.push(await chapterOf(source));
  return reportPage(chapters);
}

/** Puts the report of a run into its folder, and says where it is. @throws as {@link reportOf}; `reportUnwritable`. */
export async function writeRunReport(folder: string): Promise<string> {
  const file = join(folder, REPORT_FILE);
  await writeReport([folder], file);
  return file;
}

/** @throws as {@link reportOf}; BallastError `reportUnwritable` when the file cannot be written. */
export async function writeReport(sources: readonly string[], file: string): Promise<void> {
  const page = await reportOf(sources);
  try {
    await writeFile(file, page);
  } catch (cause) {
    throw new BallastError("reportUnwritable", `${file} cannot be written`, {
      context: { file },
      cause,
      retriable: true,
    });
  }
}

async function chapterOf(source: string): Promise<Chapter> {
  const found = await stat(source).catch((cause: unknown) => {
    throw new BallastError("reportSourceMissing", `${source} is neither the folder of a run nor a study's file`, {
      context: { source },
      cause,
    });
  });
  if (found.isDirectory()) return runChapter(await readRun(source));
  return studyChapter(readStudy(parse(await readFile(source, "utf8"), source), source));
}

function parse(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BallastError("studyUnreadable", `${from} is no JSON`, { context: { from }, cause });
  }
}
