// SPDX-License-Identifier: MIT
import type { Place } from "./problems.ts";

export type Scalar = string | number | boolean | null;

/** A value of a file that knows where it stands. */
export type SourceNode = SourceScalar | SourceList | SourceMap;

export interface SourceScalar {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: Scalar;
}

export interface SourceList {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly SourceNode[];
}

export interface SourceMap {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

/** A key and what stands behind it. */
export interface SourceEntry {
  readonly keyPlace: Place;
  readonly node: SourceNode;
}

/** Nothing: what takes away something that is inherited. */
export function isNull(node: SourceNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** A plain value, without places. */
export function toPlain(node: SourceNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  // Without a prototype, so that no key means anything but itself.
  const plain = Object.create(null) as Record<string, unknown>;
  for (const [key, { node: value }] of node.entries) plain[key] = toPlain(value);
  return plain;
}

/** What stands at a path, or undefined. */
export function nodeAt(node: SourceNode, path: readonly PropertyKey[]): SourceNode | undefined {
  let here: SourceNode | undefined = node;
  for (const key of path) {
    if (here?.kind === "map") here = here.entries.get(String(key))?.node;
    else here = here?.kind === "list" ? here.items[Number(key)] : undefined;
  }
  return here;
}

/** Where something at a path stands, or the nearest of what holds it; `isKey` asks for the key itself. */
export function placeOf(node: SourceNode, path: readonly PropertyKey[], isKey = false): Place {
  const last = path.at(-1);
  const parent = nodeAt(node, path.slice(0, -1));
  if (isKey && parent?.kind === "map" && last !== undefined) {
    const entry = parent.entries.get(String(last));
    if (entry !== undefined) return entry.keyPlace;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const found = nodeAt(node, path.slice(0, length));
    if (found !== undefined) return found.place;
  }
  return node.place;
}
