// SPDX-License-Identifier: MIT
import { checkExpectations, checkFaults, checkParams } from "./checkNames.ts";
import { assemble, checkSections, collateralOf, marketsOf } from "./checkSections.ts";
import type { Refuse } from "./checkSections.ts";
import { populationOf } from "./population.ts";
import type { Population } from "./population.ts";
import { readSections } from "./readSections.ts";
import type { MarketScenario, Scenario } from "./Scenario.ts";
import type { Sections } from "./shapes/sections.ts";
import { loadSource } from "./source/loadSource.ts";
import type { ReadFile, SourcePlaces } from "./source/loadSource.ts";
import { scenarioInvalid } from "./source/problems.ts";
import type { Problem } from "./source/problems.ts";
import { dotted } from "./source/readSource.ts";
import { nodeAt, placeOf, toPlain } from "./source/SourceNode.ts";
import type { SourceMap } from "./source/SourceNode.ts";

export interface ParseOptions {
  /** Reads what a file extends: a file next to it, or a scenario of the library by its name. */
  readonly readFile?: ReadFile;
  /** File of a scenario of the library, by its name, which stands for itself unless said. */
  readonly locate?: SourcePlaces["locate"];
  /** `a.b=c`, in the order in which they count. */
  readonly overrides?: readonly string[];
}

/**
 * Reads a scenario: YAML or JSON, what it extends, then overrides, with all defaults filled in.
 * @param file Its name, for the error and for what it extends.
 * @throws BallastError `scenarioInvalid` with all that is wrong: file, line, column, dotted key, value, and what is allowed.
 */
export function parseScenario(text: string, file: string, options: ParseOptions = {}): Scenario {
  return readScenario(text, file, options).scenario;
}

/** The same, with what the files and overrides say in plain values, before defaults. */
export function readScenario(
  text: string,
  file: string,
  options: ParseOptions = {},
): { readonly scenario: Scenario; readonly plain: Readonly<Record<string, unknown>> } {
  const problems: Problem[] = [];
  const { readFile = noFiles, locate = (name) => name, overrides = [] } = options;
  const source = loadSource(text, file, { readFile, locate, overrides }, problems);
  const scenario = source === undefined ? undefined : resolve(source, problems);
  if (problems.length > 0 || source === undefined || scenario === undefined) throw scenarioInvalid(file, problems);
  return { scenario, plain: toPlain(source) as Readonly<Record<string, unknown>> };
}

function resolve(source: SourceMap, problems: Problem[]): Scenario | undefined {
  const refuse: Refuse = (path, message, isKey = false) => {
    // What a default collides with is blamed on the section, where the path leads nowhere.
    const place = placeOf(source, path, isKey && nodeAt(source, path) !== undefined);
    problems.push({ place, key: path.reduce<string>(dotted, ""), message });
  };
  const read = readSections(source, problems);
  const { sections, faults } = read;
  const collateral = collateralOf(sections, refuse);
  const markets = marketsOf(sections, collateral, refuse);
  checkSections(read, markets, refuse);
  if (sections.params !== undefined) checkParams(sections.params, refuse);
  if (sections.expect !== undefined) checkExpectations(sections.expect, refuse);
  checkFaults(read, peopleOf(sections, markets), refuse);
  const assembled = assemble(sections, collateral, markets);
  return assembled === undefined ? undefined : { ...assembled, faults: faults.map(({ fault }) => fault) };
}

function peopleOf(sections: Sections, markets: readonly MarketScenario[] | undefined): Population | undefined {
  const { validators, actors, venues, witness, feeds } = sections;
  if (validators === undefined || actors === undefined || venues === undefined || witness === undefined)
    return undefined;
  if (feeds === undefined || markets === undefined) return undefined;
  return populationOf({ validators, actors, venues, witness, feeds, markets });
}

function noFiles(): string {
  throw new Error("no other file can be read here");
}
