// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";

const storyEventShape = z.looseObject({ at: z.number(), kind: z.string() });

/** A line of `events.jsonl`; `at` in seconds since the scenario's start. */
export type StoryEvent = z.output<typeof storyEventShape>;

/** What happened in a run, from its folder. @throws BallastError `runUnreadable`. */
export async function readStory(folder: string): Promise<StoryEvent[]> {
  const file = join(folder, "events.jsonl");
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line, index) => {
    try {
      return storyEventShape.parse(JSON.parse(line));
    } catch (cause) {
      const context = { file, line: index + 1 };
      throw new BallastError("runUnreadable", `events.jsonl holds no event in line ${index + 1}`, { context, cause });
    }
  });
}
