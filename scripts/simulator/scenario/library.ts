// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { BallastError } from "../../model/BallastError.ts";
import type { ScenarioDocument } from "../study/RunOrder.ts";
import { readDocument } from "../study/scenarioDocument.ts";
import { parseScenario } from "./parseScenario.ts";
import type { Scenario } from "./Scenario.ts";
import { didYouMean } from "./source/problems.ts";

const FOLDER = fileURLToPath(new URL("../library/", import.meta.url));
const ENDING = ".yaml";

/** Names of the scenarios that come with the simulator, in order. */
export function libraryNames(): string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING))
    .map(({ name }) => name.slice(0, -ENDING.length))
    .sort();
}

/**
 * Loads a scenario by its file, which ends in .yaml, .yml or .json, or by its name in the library.
 * @throws BallastError `scenarioInvalid` with all that is wrong, `scenarioUnreadable` when there is no such file or scenario.
 */
export function loadScenario(given: string, overrides: readonly string[] = []): Scenario {
  const { text, file } = open(given);
  return parseScenario(text, file, { readFile: read, locate: pathOf, overrides });
}

/** The same as a document, for studies. */
export function loadDocument(given: string, overrides: readonly string[] = []): ScenarioDocument {
  const { text, file } = open(given);
  return readDocument(text, file, { readFile: read, locate: pathOf, overrides });
}

function open(given: string): { text: string; file: string } {
  const path = pathOf(given);
  try {
    return { text: read(path), file: path };
  } catch (cause) {
    const hint = isFile(given) ? "" : `: no scenario of the library${didYouMean(given, libraryNames())}`;
    throw new BallastError("scenarioUnreadable", `Scenario ${given} cannot be read${hint}`, {
      context: { given },
      cause,
    });
  }
}

function read(path: string): string {
  return readFileSync(resolve(path), "utf8");
}

/** With the path's parts set apart as scenarios write them. */
function pathOf(given: string): string {
  const path = isFile(given) ? given : relative(process.cwd(), `${FOLDER}${given}${ENDING}`);
  return path.split(sep).join("/");
}

function isFile(given: string): boolean {
  return /\.(ya?ml|json)$/.test(given) || given.includes("/");
}
