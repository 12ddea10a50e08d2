// SPDX-License-Identifier: MIT
import type { SourceEntry, SourceMap, SourceNode } from "./SourceNode.ts";

/** Sections whose keys are dotted names: nested maps in them mean the same as dots. */
export const DOTTED_SECTIONS = ["params", "expect"] as const;

/** The same with one map of dotted names in each of those sections. A name that is given in both ways is given twice. */
export function flatten(root: SourceNode, onTwice: (name: string, entry: SourceEntry) => void): SourceNode {
  if (root.kind !== "map") return root;
  const entries = new Map(root.entries);
  for (const section of DOTTED_SECTIONS) {
    const entry = entries.get(section);
    if (entry?.node.kind !== "map") continue;
    const flat = new Map<string, SourceEntry>();
    for (const [name, found] of leaves(entry.node, section)) {
      if (flat.has(name)) onTwice(`${section}.${name}`, found);
      flat.set(name, found);
    }
    entries.set(section, { ...entry, node: { ...entry.node, entries: flat } });
  }
  return { ...root, entries };
}

function* leaves(map: SourceMap, section: string, prefix = ""): Generator<readonly [string, SourceEntry]> {
  for (const [key, entry] of map.entries) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (entry.node.kind === "map" && !isLeaf(entry.node, section)) yield* leaves(entry.node, section, name);
    else yield [name, entry];
  }
}

/** An expectation is a map of bounds, which are no maps; an empty map can only be meant as one. */
function isLeaf({ entries }: SourceMap, section: string): boolean {
  const values = [...entries.values()];
  return section === "expect" && (values.length === 0 || values.some(({ node }) => node.kind !== "map"));
}
