// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import { metricKind } from "../study/target/metricPaths.ts";
import type { Refuse } from "./checkSections.ts";
import { ORDERED_PARAMETERS, PARAMETERS } from "./parameterTable.ts";
import type { ReadSections } from "./readSections.ts";
import type { Population } from "./population.ts";
import { targetProblems } from "./resolveTargets.ts";
import type { Expectation } from "./Scenario.ts";
import { didYouMean } from "./source/problems.ts";

/** Parameters that do not exist, are out of range, or contradict one another. */
export function checkParams(params: Readonly<Record<string, number>>, refuse: Refuse): void {
  for (const [name, value] of Object.entries(params)) {
    const row = PARAMETERS.get(name);
    if (row === undefined)
      refuse(
        ["params", name],
        `no such parameter${didYouMean(name, [...PARAMETERS.keys()])}; see docs/SIMULATOR.md`,
        true,
      );
    else if (value < row.least || value > row.most || (row.isWhole && !Number.isInteger(value)))
      refuse(
        ["params", name],
        `expected a ${row.isWhole ? "whole number" : "number"} from ${row.least} to ${row.most} (${row.unit}), given ${value}`,
      );
  }
  for (const [lower, higher] of ORDERED_PARAMETERS) {
    const given = params[lower] ?? PARAMETERS.get(lower)!.usual;
    const limit = params[higher] ?? PARAMETERS.get(higher)!.usual;
    if (given <= limit) continue;
    const named = lower in params ? lower : higher;
    refuse(["params", named], `${lower} of ${given} is above ${higher} of ${limit}`);
  }
}

/** Expectations of keys that no summary has, and bounds of what is no number. */
export function checkExpectations(expectations: readonly Expectation[], refuse: Refuse): void {
  for (const { key, min, max, equals } of expectations) {
    let kind: ReturnType<typeof metricKind>;
    try {
      kind = metricKind(key);
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      const known = error.context["known"] as readonly string[];
      refuse(["expect", key], `${error.message}${didYouMean(key.split(".").at(-1)!, known)}`, true);
      continue;
    }
    const isNumber = kind.kind === "number";
    if (!isNumber && (min !== undefined || max !== undefined))
      refuse(["expect", key], "is no number: it has no min and no max, only equals");
    const expected = kind.kind === "word" ? `one of ${kind.words.join(", ")}` : `a ${kind.kind}`;
    const fits = kind.kind === "word" ? kind.words.includes(String(equals)) : typeof equals === kind.kind;
    if (equals !== undefined && !fits) refuse(["expect", key, "equals"], `expected ${expected}, given ${equals}`);
    if (min !== undefined && max !== undefined && min > max) refuse(["expect", key], "min is above max");
  }
}

/** Faults that start too late, hit nobody, bear the name of another or change a parameter that cannot be changed. */
export function checkFaults(
  { faults, sections: { duration } }: ReadSections,
  population: Population | undefined,
  refuse: Refuse,
): void {
  const names = new Map<string, number>();
  for (const { fault, index } of faults) {
    const at = ["faults", index];
    if (duration !== undefined && fault.atSeconds >= duration)
      refuse([...at, "at"], `starts after ${fault.atSeconds} s, when the scenario of ${duration} s is over`);
    const other = names.get(fault.name);
    if (other !== undefined) refuse([...at, "name"], `${fault.name} is the name of fault ${other} too`);
    names.set(fault.name, index);
    if (fault.type === "admin.setParameter") checkSetParameter(fault.with.name, [...at, "with", "name"], refuse);
    for (const { key, message } of population === undefined ? [] : targetProblems(fault, population))
      refuse([...at, ...key.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part))], message);
  }
}

function checkSetParameter(name: string, path: readonly (string | number)[], refuse: Refuse): void {
  const row = PARAMETERS.get(name);
  if (row === undefined) refuse(path, `no such parameter, given ${name}${didYouMean(name, [...PARAMETERS.keys()])}`);
  else if (row.fastTierOnly) refuse(path, `${name} is coded in the contracts: nobody can set it`);
}
