// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Files that must be the same, byte by byte, when a run is played again. */
export const REPEATABLE_FILES = ["summary.json", "events.jsonl"] as const;

/** Where two texts differ first. */
export interface Difference {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly again: string;
}

const SHOWN = 200;

/** What differs between two folders of the same run; empty when it was repeated exactly. */
export async function compareRuns(before: string, again: string): Promise<Difference[]> {
  const found = await Promise.all(
    REPEATABLE_FILES.map(async (file) => {
      const [one, other] = await Promise.all([before, again].map((folder) => readFile(join(folder, file), "utf8")));
      return firstDifference(file, one!, other!);
    }),
  );
  return found.flatMap((difference) => difference ?? []);
}

function firstDifference(file: string, before: string, again: string): Difference | undefined {
  if (before === again) return undefined;
  const [one, other] = [before.split("\n"), again.split("\n")];
  const index = one.findIndex((line, place) => line !== other[place]);
  const place = index === -1 ? one.length : index;
  return {
    file,
    line: place + 1,
    before: (one[place] ?? "").slice(0, SHOWN),
    again: (other[place] ?? "").slice(0, SHOWN),
  };
}
