// SPDX-License-Identifier: MIT
import { isNull } from "./SourceNode.ts";
import type { SourceEntry, SourceNode } from "./SourceNode.ts";

/**
 * What a file says over what it extends: maps are merged key by key; a list or a value replaces what was there, null takes it
 * away.
 */
export function mergeSource(base: SourceNode, own: SourceNode): SourceNode {
  if (base.kind !== "map" || own.kind !== "map") return own;
  const entries = new Map<string, SourceEntry>(base.entries);
  for (const [key, entry] of own.entries) {
    const inherited = base.entries.get(key);
    if (inherited !== undefined && isNull(entry.node)) entries.delete(key);
    else
      entries.set(key, inherited === undefined ? entry : { ...entry, node: mergeSource(inherited.node, entry.node) });
  }
  return { ...own, entries };
}
