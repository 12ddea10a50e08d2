// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { notInjectable } from "../simulator/injections/checkInjectable.ts";
import { formatTables } from "../simulator/scenario/formatTables.ts";
import { scenarioJsonSchema } from "../simulator/scenario/jsonSchema.ts";
import { libraryNames, loadScenario } from "../simulator/scenario/library.ts";
import { PARAMETERS } from "../simulator/scenario/parameterTable.ts";
import type { Scenario } from "../simulator/scenario/Scenario.ts";
import { EXIT } from "./exitCodes.ts";

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** What was found of one scenario. */
interface Checked {
  readonly given: string;
  readonly scenario?: Scenario;
  readonly problems: readonly string[];
  /** What only the fast tier may show; empty where the chain can play it. */
  readonly notOnChain: readonly string[];
}

/** Says of each whether it is a scenario: the good on stdout, what is wrong on stderr. Exit code 2 where one is none. */
export function validateScenarios(scenarios: readonly string[], overrides: readonly string[], json: boolean): number {
  const checked = scenarios.map((given) => check(given, overrides));
  if (json)
    write(
      checked.map(({ given, scenario, problems, notOnChain }) => {
        return { given, ok: scenario !== undefined, problems, notOnChain };
      }),
    );
  else
    for (const { given, scenario, problems, notOnChain } of checked) {
      if (scenario !== undefined) process.stdout.write(`${given}: ok, ${facts(scenario)}\n`);
      for (const why of notOnChain) process.stdout.write(`${given}: the chain cannot play it: ${why}\n`);
      for (const problem of problems) process.stderr.write(`${problem}\n`);
    }
  return checked.every(({ scenario }) => scenario !== undefined) ? EXIT.ok : EXIT.usage;
}

/** One line for each scenario of the library. */
export function listScenarios(json: boolean): number {
  const scenarios = libraryNames().map((name) => loadScenario(name));
  if (json)
    write(
      scenarios.map(({ name, about, durationSeconds, feeds, faults }) => {
        return {
          name,
          about,
          durationSeconds,
          feeds: feeds.map(({ id }) => id),
          faults: faults.map(({ type }) => type),
        };
      }),
    );
  else {
    const width = Math.max(...scenarios.map(({ name }) => name.length));
    for (const { name, about, durationSeconds } of scenarios)
      process.stdout.write(`${name.padEnd(width)}  ${durationText(durationSeconds).padStart(4)}  ${about}\n`);
  }
  return EXIT.ok;
}

/** The format as JSON Schema. */
export function printSchema(): number {
  process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}

/** The format as Markdown. */
export function printTables(): number {
  for (const [title, table] of formatTables()) process.stdout.write(`<!-- ${title} -->\n\n${table}\n\n`);
  return EXIT.ok;
}

function check(given: string, overrides: readonly string[]): Checked {
  try {
    const scenario = loadScenario(given, overrides);
    return { given, scenario, problems: [], notOnChain: notOnChain(scenario) };
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    const problems = error.context["problems"] as readonly string[] | undefined;
    return { given, problems: problems ?? [error.message], notOnChain: [] };
  }
}

function notOnChain(scenario: Scenario): string[] {
  const faults = notInjectable(scenario, true).map(({ fault, why }) => `fault ${fault.name}: ${why}`);
  const coded = [...scenario.params.keys()].filter((name) => PARAMETERS.get(name)?.fastTierOnly === true);
  return [...faults, ...(coded.length > 0 ? [`coded in the contracts: ${coded.join(", ")}`] : [])];
}

function facts({ durationSeconds, feeds, faults, expect }: Scenario): string {
  const counts = [
    counted(feeds.length, "feed"),
    counted(faults.length, "fault"),
    counted(expect.length, "expectation"),
  ];
  return `${durationText(durationSeconds)}, ${counts.join(", ")}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function durationText(seconds: number): string {
  if (seconds % DAY === 0) return `${seconds / DAY}d`;
  if (seconds % HOUR === 0) return `${seconds / HOUR}h`;
  return seconds % MINUTE === 0 ? `${seconds / MINUTE}m` : `${seconds}s`;
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
