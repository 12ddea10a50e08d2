// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import { DOTTED_SECTIONS } from "./flatten.ts";
import type { Place, Problem } from "./problems.ts";
import { readSource } from "./readSource.ts";
import { isNull } from "./SourceNode.ts";
import type { SourceEntry, SourceNode } from "./SourceNode.ts";

const BOUNDS = ["min", "max", "equals"];
const INDEX = /^(0|[1-9]\d*)$/;

/** What an override makes of a source; the source itself where something is wrong with the override. */
export interface Overridden {
  readonly node: SourceNode;
  readonly problems: readonly Problem[];
}

/**
 * Sets one value: `validators.count=9`, `faults.0.at=5m`, `feeds.0.path=[[0, 100], [60, 80, 2]]`, `faults.+={type: oracle.silent}`.
 * Numbers name items of a list from 0, `+` adds one; maps on the way are made. The value is YAML; null takes away what is there.
 */
export function applyOverride(root: SourceNode, override: string): Overridden {
  const place: Place = { file: `--set ${override}`, line: 0, column: 0 };
  const refuse = (key: string, message: string): Overridden => ({ node: root, problems: [{ place, key, message }] });
  const split = override.indexOf("=");
  if (split < 1) return refuse("", "expected key=value, such as validators.count=9");
  const key = override.slice(0, split).trim();
  const text = override.slice(split + 1);
  const read = readSource(text, place.file, place);
  if (read.node === undefined) {
    if (text.trim() === "") return refuse(key, "no value");
    return { node: root, problems: read.problems.map((problem) => ({ ...problem, key })) };
  }
  try {
    return { node: setAt(root, segmentsOf(key, read.node), read.node, place), problems: [] };
  } catch (error) {
    if (error instanceof BallastError) return refuse(key, error.message);
    throw error;
  }
}

/** In the sections of dotted names all but the section is one name; of an expectation the bound stands apart. */
function segmentsOf(key: string, value: SourceNode): string[] {
  const segments = key.split(".");
  const [section, ...name] = segments;
  if (name.length === 0 || !DOTTED_SECTIONS.includes(section as "params")) return segments;
  const isBound =
    section === "expect" &&
    value.kind === "scalar" &&
    !isNull(value) &&
    name.length > 1 &&
    BOUNDS.includes(name.at(-1)!);
  return isBound ? [section!, name.slice(0, -1).join("."), name.at(-1)!] : [section!, name.join(".")];
}

function setAt(node: SourceNode | undefined, path: readonly string[], value: SourceNode, place: Place): SourceNode {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (key === "") throw wrongStep("a part of the key is empty");
  if (node === undefined || isNull(node)) {
    const item = setAt(undefined, rest, value, place);
    if (key === "+") return { kind: "list", place, items: [item] };
    return { kind: "map", place, entries: new Map([[key, { keyPlace: place, node: item }]]) };
  }
  if (node.kind === "scalar") throw wrongStep(`${key} is looked for in what is a single value`);
  const isRemoved = rest.length === 0 && isNull(value);
  if (node.kind === "list") {
    const index = indexIn(key, node.items.length);
    const changed = isRemoved ? [] : [setAt(node.items[index], rest, value, place)];
    return { ...node, items: node.items.toSpliced(index, 1, ...changed) };
  }
  const entries = new Map<string, SourceEntry>(node.entries);
  if (isRemoved) entries.delete(key);
  else entries.set(key, { keyPlace: place, node: setAt(entries.get(key)?.node, rest, value, place) });
  return { ...node, entries };
}

function indexIn(key: string, length: number): number {
  if (key === "+") return length;
  if (!INDEX.test(key) || Number(key) >= length) {
    const items = length === 0 ? "none" : `${length}, numbered 0 to ${length - 1}`;
    throw wrongStep(`${key} names no item of the list, which has ${items}; + adds one`);
  }
  return Number(key);
}

function wrongStep(message: string): BallastError {
  return new BallastError("scenarioInvalid", message);
}
