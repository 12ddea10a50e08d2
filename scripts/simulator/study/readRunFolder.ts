// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import type { RunOrder } from "./RunOrder.ts";
import { readDocument } from "./scenarioDocument.ts";

/** What of a run's manifest it takes to play it again. */
const manifestShape = z.looseObject({
  mode: z.string().optional(),
  replay: z.string().optional(),
  document: z.record(z.string(), z.unknown()),
  seed: z.int().min(0),
});

/**
 * The order that a run's folder came from, by its `manifest.json`.
 * @param overrides Change the scenario first.
 * @throws BallastError `scenarioUnreadable` for a folder of no run or of one on the wire, `scenarioInvalid` for overrides that do not fit.
 */
export async function readRunFolder(folder: string, overrides: readonly string[]): Promise<RunOrder> {
  const file = join(folder, "manifest.json");
  try {
    const { mode, replay, document, seed } = manifestShape.parse(JSON.parse(await readFile(file, "utf8")));
    if (mode === "wire")
      throw new BallastError("scenarioUnreadable", `${folder} was played on the wire, where no run is like another`, {
        context: { folder, again: replay },
      });
    return { scenario: readDocument(JSON.stringify(document), file, { overrides }), seed };
  } catch (cause) {
    if (cause instanceof BallastError) throw cause;
    throw new BallastError("scenarioUnreadable", `${folder} holds no run: ${file} is missing or no manifest`, {
      context: { folder },
      cause,
    });
  }
}
