// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { BallastError } from "../../model/BallastError.ts";
import { marginBurden } from "./marginBurden.ts";
import type { RunOrder, ScenarioDocument } from "./RunOrder.ts";
import { metricKind, readMetric } from "./target/metricPaths.ts";

/** Something to be made small, measured on a run. */
export interface Objective {
  readonly name: string;
  readonly of: (summary: RunSummary, order: RunOrder) => number;
}

/** Initial margin of reference books; of the scenario's parameters, not of the run. */
export const MARGIN_BURDEN = "marginBurden";

/**
 * An objective by its name: `marginBurden`, or the path of a number in `summary.json`. Pure.
 * @throws BallastError `metricUnknown`.
 */
export function objectiveOf(name: string, resolve: (document: ScenarioDocument) => Scenario): Objective {
  if (name === MARGIN_BURDEN) return { name, of: (_, { scenario }) => marginBurden(resolve(scenario)) };
  if (metricKind(name).kind !== "number")
    throw new BallastError("metricUnknown", `${name} is no number that could be made small`, { context: { name } });
  return { name, of: (summary) => Number(readMetric(summary, name)) };
}
