// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";

import type { Scenario } from "../scenario/Scenario.ts";
import type { ScenarioDocument } from "../study/RunOrder.ts";

/** Of what is written, not of the scenarios. */
const FORMAT = 1;

/** `manifest.json`: what a run was made of. The same file and seed give the same; no wall clock. */
export interface Manifest {
  readonly format: number;
  /** In one process and simulated time, or with processes over HTTP, where no run is like another. */
  readonly mode: RunMode;
  readonly scenario: string;
  readonly seed: number;
  /** Of the scenario with all defaults filled in. */
  readonly scenarioHash: string;
  /** Of the protocol's parameters as deployed. */
  readonly parameterHash: string;
  /** Of whatever else decides the outcome, such as Node and Hardhat. */
  readonly versions: Readonly<Record<string, string>>;
  /** The one command that plays it again. */
  readonly replay: string;
  /** The scenario as its file says it, with what it extends and the overrides merged in. */
  readonly document: ScenarioDocument;
}

/** How a run was played. */
export type RunMode = "virtual" | "wire";

/** What a manifest is made of. */
export interface ManifestParts {
  readonly mode: RunMode;
  readonly scenario: Scenario;
  /** As deployed. */
  readonly parameters: unknown;
  readonly versions: Readonly<Record<string, string>>;
  readonly replay: string;
  readonly document: ScenarioDocument;
}

/** Names a run by what decides it. Pure. */
export function manifestOf({ mode, scenario, parameters, versions, replay, document }: ManifestParts): Manifest {
  const { name, seed } = scenario;
  const [scenarioHash, parameterHash] = [hashOf(scenario), hashOf(parameters)];
  return { format: FORMAT, mode, scenario: name, seed, scenarioHash, parameterHash, versions, replay, document };
}

/** Keys in the order of their names, so that equal values have equal hashes. */
function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(plain(value)))
    .digest("hex");
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}
