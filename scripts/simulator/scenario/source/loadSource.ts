// SPDX-License-Identifier: MIT
import { posix } from "node:path";

import { applyOverride } from "./applyOverride.ts";
import { flatten } from "./flatten.ts";
import { mergeSource } from "./mergeSource.ts";
import { shown } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { readSource } from "./readSource.ts";
import type { SourceEntry, SourceMap, SourceNode } from "./SourceNode.ts";

/** Files that extend one another, at most. */
const LONGEST_CHAIN = 8;
/** What a file that extends another still has to say itself: two scenarios of one name could not be told apart. */
const NOT_INHERITED = ["extends", "name"];

/** Reads the file of that path, or throws; paths as {@link extendedPath} makes them. */
export type ReadFile = (path: string) => string;

/** Where sources are. */
export interface SourcePlaces {
  readonly readFile: ReadFile;
  /** File of a scenario of the library, by its name. */
  readonly locate: (name: string) => string;
}

/**
 * One source out of a file, what it extends, and overrides in their order.
 * @param problems Takes all that is wrong; undefined is returned when nothing can be made of it.
 */
export function loadSource(
  text: string,
  file: string,
  { overrides, ...places }: SourcePlaces & { readonly overrides: readonly string[] },
  problems: Problem[],
): SourceMap | undefined {
  const loaded = loadChain(text, [file], places, problems);
  if (loaded === undefined) return undefined;
  let node: SourceNode = loaded;
  for (const override of overrides) {
    const result = applyOverride(node, override);
    problems.push(...result.problems);
    node = result.node;
  }
  return node.kind === "map" ? node : undefined;
}

/**
 * The path of what a file extends: a file relative to it when it is called .yaml, .yml or .json, else a scenario of the library
 * by its name.
 */
export function extendedPath(file: string, extended: string, { locate }: Pick<SourcePlaces, "locate">): string {
  return /\.(ya?ml|json)$/.test(extended) ? posix.join(posix.dirname(file), extended) : locate(extended);
}

function loadChain(
  text: string,
  chain: readonly string[],
  places: SourcePlaces,
  problems: Problem[],
): SourceMap | undefined {
  const file = chain.at(-1)!;
  const read = readSource(text, file);
  problems.push(...read.problems);
  if (read.node === undefined) return undefined;
  const refuse = (node: SourceNode, key: string, message: string): undefined => {
    problems.push({ place: node.place, key, message });
  };
  const own = flatten(read.node, (key, { keyPlace }) =>
    problems.push({ place: keyPlace, key, message: "given twice, as nested maps and with dots" }),
  );
  if (own.kind !== "map") return refuse(own, "", "expected a map of version, name, duration, feeds, …");
  const extended = own.entries.get("extends")?.node;
  if (extended === undefined) return own;
  if (extended.kind !== "scalar" || typeof extended.value !== "string" || extended.value.startsWith("/"))
    return refuse(extended, "extends", "expected the name of a scenario, or a file relative to this one");
  const path = extendedPath(file, extended.value, places);
  const names = [...chain, path].join(" extends ");
  if (chain.includes(path)) return refuse(extended, "extends", `extends itself: ${names}`);
  if (chain.length > LONGEST_CHAIN)
    return refuse(extended, "extends", `a chain of more than ${LONGEST_CHAIN}: ${names}`);
  let inherited: string;
  try {
    inherited = places.readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return refuse(extended, "extends", `${shown(path)} cannot be read: ${reason}`);
  }
  const base = loadChain(inherited, [...chain, path], places, problems);
  return base === undefined
    ? undefined
    : without(mergeSource(without(base, NOT_INHERITED), own) as SourceMap, ["extends"]);
}

function without(map: SourceMap, keys: readonly string[]): SourceMap {
  const entries = new Map<string, SourceEntry>([...map.entries].filter(([key]) => !keys.includes(key)));
  return { ...map, entries };
}
