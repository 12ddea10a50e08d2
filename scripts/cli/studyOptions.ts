// SPDX-License-Identifier: MIT
import { availableParallelism } from "node:os";

import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";

import { BallastError } from "../model/BallastError.ts";
import type { SeedRange } from "../simulator/study/digestRun.ts";
import type { ScenarioDocument } from "../simulator/study/RunOrder.ts";
import { metricKind } from "../simulator/study/target/metricPaths.ts";
import { parseTarget } from "../simulator/study/target/parseTarget.ts";
import type { Target } from "../simulator/study/target/Target.ts";
import type { StudyDesk } from "./StudyDesk.ts";
import { wholeNumber } from "./wholeNumber.ts";

/** What every verb of a study takes. */
export interface StudyOptions {
  readonly tier: string;
  readonly set: readonly string[];
  readonly seed?: number;
  readonly workers: number;
  readonly json?: boolean;
  readonly out?: string;
}

const LARGEST_SEED = 2 ** 32 - 1;
const MOST_WORKERS = 256;
/** Of a scenario that names none. */
const USUAL_SEED = 42;

/** Adds the options that every verb takes. */
export function addStudyOptions(command: Command, { runners }: Pick<StudyDesk, "runners">): Command {
  const tiers = Object.keys(runners);
  return command
    .addOption(new Option("--tier <tier>", "what plays the runs").choices(tiers).default(tiers[0]))
    .option("--set <path=value>", "changes the scenario; may be repeated", collectedBy(String), [])
    .option("--seed <n>", "the first seed (default: the scenario's)", wholeNumber(0, LARGEST_SEED))
    .option("--workers <n>", "processes that play runs", wholeNumber(1, MOST_WORKERS), availableParallelism())
    .option("--json", "prints the result as JSON")
    .option("--out <file>", "where the result goes as JSON");
}

/** An option that may be given several times, each time read. */
export function collectedBy<Value>(read: (text: string) => Value) {
  const parse = parsedBy(read);
  return (text: string, before: readonly Value[] = []): Value[] => [...before, parse(text)];
}

/** An option read by something that throws a BallastError, whose text is for people. */
export function parsedBy<Value>(read: (text: string) => Value) {
  return (text: string): Value => {
    try {
      return read(text);
    } catch (error) {
      throw error instanceof BallastError ? new InvalidArgumentError(error.message) : error;
    }
  };
}

export const target: (text: string) => Target = parsedBy(parseTarget);

/** A path of a number in `summary.json`. */
export const metric: (text: string) => string = parsedBy((text) => {
  if (metricKind(text).kind === "number") return text;
  throw new InvalidArgumentError(`${text} is no number`);
});

/** Seeds from the option on, or from the scenario's own. */
export function seedRange(scenario: ScenarioDocument, { seed }: Pick<StudyOptions, "seed">, count: number): SeedRange {
  return { first: seed ?? (typeof scenario.seed === "number" ? scenario.seed : USUAL_SEED), count };
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("expected a number above 0");
}
