// SPDX-License-Identifier: MIT
import { parseScenario, readScenario } from "../scenario/parseScenario.ts";
import type { ParseOptions } from "../scenario/parseScenario.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import type { RunOrder, ScenarioDocument } from "./RunOrder.ts";

/**
 * What a file says, with what it extends and the overrides merged in: what a study changes and sends to its workers. Every
 * fault has its name written down, under which it goes on drawing the same targets when others are dropped.
 * @throws BallastError `scenarioInvalid` with file and line, as `parseScenario`.
 */
export function readDocument(text: string, file: string, options: ParseOptions): ScenarioDocument {
  const { scenario, plain } = readScenario(text, file, options);
  const { faults: given } = plain;
  const faults = Array.isArray(given) ? given.map((fault, index) => named(fault, scenario.faults[index]!.name)) : [];
  return faults.length === 0 ? plain : { ...plain, faults };
}

function named(fault: unknown, name: string): object {
  return { ...(fault as object), name };
}

/** The scenario of a document. Pure. @throws BallastError `scenarioInvalid`; lines are of no file. */
export function resolveDocument(document: ScenarioDocument): Scenario {
  return parseScenario(JSON.stringify(document), "the changed scenario");
}

/** The scenario of an order: a document with the order's seed. Pure. @throws BallastError `scenarioInvalid`. */
export function resolveOrder({ scenario, seed }: RunOrder): Scenario {
  return resolveDocument({ ...scenario, seed });
}
