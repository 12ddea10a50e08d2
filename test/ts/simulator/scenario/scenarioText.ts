// SPDX-License-Identifier: MIT
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { ParseOptions } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import type { Scenario } from "../../../../scripts/simulator/scenario/Scenario.ts";

/** The least a scenario says. */
export const LEAST =
  "version: 1\nname: least\nduration: 36h\nfeeds: [{ id: ETH-USD, path: [[0, 100], [60, 80, 2]] }]\n";

/** Parses the least scenario with more lines below it. */
export function withMore(more: string, options: ParseOptions = {}): Scenario {
  return parseScenario(`${LEAST}${more}`, "test.yaml", options);
}

/** What a scenario is refused with, line by line; empty when it is not. */
export function problemsOf(text: string, options: ParseOptions = {}): readonly string[] {
  try {
    parseScenario(text, "test.yaml", options);
    return [];
  } catch (error) {
    if (!(error instanceof BallastError) || error.code !== "scenarioInvalid") throw error;
    return error.context["problems"] as string[];
  }
}

/** The same of the least scenario with more lines below it. */
export function problemsWith(more: string, options: ParseOptions = {}): readonly string[] {
  return problemsOf(`${LEAST}${more}`, options);
}
