// SPDX-License-Identifier: MIT
import { parseScenario } from "../scenario/parseScenario.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { loadSource } from "../scenario/source/loadSource.ts";
import type { ReadFile } from "../scenario/source/loadSource.ts";
import { toPlain } from "../scenario/source/SourceNode.ts";
import type { RunOrder, ScenarioDocument } from "./RunOrder.ts";

/**
 * What a file says, with what it extends and the overrides merged in: what a study changes and sends to its workers.
 * @throws BallastError `scenarioInvalid` with file and line, as `parseScenario`.
 */
export function readDocument(
  text: string,
  file: string,
  options: { readonly readFile: ReadFile; readonly overrides: readonly string[] },
): ScenarioDocument {
  parseScenario(text, file, options); // refuses what is wrong while lines are known
  return toPlain(loadSource(text, file, options, [])!) as ScenarioDocument;
}

/** The scenario of a document. Pure. @throws BallastError `scenarioInvalid`; lines are of no file. */
export function resolveDocument(document: ScenarioDocument): Scenario {
  return parseScenario(JSON.stringify(document), "the changed scenario");
}

/** The scenario of an order: a document with the order's seed. Pure. @throws BallastError `scenarioInvalid`. */
export function resolveOrder({ scenario, seed }: RunOrder): Scenario {
  return resolveDocument({ ...scenario, seed });
}
