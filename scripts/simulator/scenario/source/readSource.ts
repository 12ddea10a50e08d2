// SPDX-License-Identifier: MIT
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node } from "yaml";

import type { Place, Problem } from "./problems.ts";
import type { SourceEntry, SourceNode } from "./SourceNode.ts";

/** Largest file, bytes; most values in it once what is repeated by reference is written out; deepest nesting. */
export const LARGEST_FILE = 1_048_576;
export const MOST_VALUES = 100_000;
export const DEEPEST = 32;

/** What was read, or what is wrong with it. */
export type SourceReading =
  | { readonly node: SourceNode; readonly problems: readonly [] }
  | { readonly node: undefined; readonly problems: readonly Problem[] };

/**
 * Reads YAML, or JSON, which is YAML too, into values that know their places. Refused: what is no YAML 1.2, keys given twice,
 * keys that are not text, tags, several documents, and more than a scenario could need.
 * @param place Set where the text is not a file: all that is in it stands there.
 */
export function readSource(text: string, file: string, place?: Place): SourceReading {
  const start = place ?? { file, line: 1, column: 1 };
  const refuse = (message: string): SourceReading => ({
    node: undefined,
    problems: [{ place: start, key: "", message }],
  });
  if (Buffer.byteLength(text) > LARGEST_FILE) return refuse(`larger than ${LARGEST_FILE} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const placeAt = (offset: number): Place => {
    if (place !== undefined) return place;
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0)
    return {
      node: undefined,
      problems: errors.map(({ message, pos }) => ({
        place: placeAt(pos[0]),
        key: "",
        message: `not YAML: ${message}`,
      })),
    };
  if (document.contents === null) return refuse("empty");
  const problems: Problem[] = [];
  const node = new TreeReader(document, placeAt, problems).read(document.contents, "", 0);
  return problems.length > 0 || node === undefined ? { node: undefined, problems } : { node, problems: [] };
}

/** Turns nodes of the parser into ours, with references written out, and counts them. */
class TreeReader {
  readonly #document: Document;
  readonly #placeAt: (offset: number) => Place;
  readonly #problems: Problem[];
  #left = MOST_VALUES;

  constructor(document: Document, placeAt: (offset: number) => Place, problems: Problem[]) {
    this.#document = document;
    this.#placeAt = placeAt;
    this.#problems = problems;
  }

  read(node: Node | null, key: string, depth: number): SourceNode | undefined {
    const place = this.#placeAt(node?.range?.[0] ?? 0);
    this.#left -= 1;
    if (this.#left < 0)
      return this.#left === -1 ? this.#refuse(place, key, `more than ${MOST_VALUES} values`) : undefined;
    if (depth > DEEPEST) return this.#refuse(place, key, `nested more than ${DEEPEST} deep`);
    if (isAlias(node)) {
      const meant = node.resolve(this.#document);
      return meant === undefined ? this.#refuse(place, key, "refers to nothing") : this.read(meant, key, depth + 1);
    }
    if (isMap(node)) return this.#readMap(node.items, place, key, depth);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item as Node | null, dotted(key, index), depth + 1));
      return { kind: "list", place, items: items.filter((item) => item !== undefined) };
    }
    const value = isScalar(node) ? node.value : null;
    if (value === null || ["string", "number", "boolean"].includes(typeof value))
      return { kind: "scalar", place, value: value as string | number | boolean | null };
    return this.#refuse(place, key, "neither text, number, true, false, list nor map");
  }

  #readMap(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    place: Place,
    key: string,
    depth: number,
  ): SourceNode {
    const entries = new Map<string, SourceEntry>();
    for (const pair of pairs) {
      const name = isScalar(pair.key) ? pair.key.value : undefined;
      const keyPlace = this.#placeAt((pair.key as Node | null)?.range?.[0] ?? 0);
      if (typeof name !== "string" && typeof name !== "number") this.#refuse(keyPlace, key, "a key that is not text");
      else {
        const node = this.read(pair.value as Node | null, dotted(key, name), depth + 1);
        if (node !== undefined) entries.set(String(name), { keyPlace, node });
      }
    }
    return { kind: "map", place, entries };
  }

  #refuse(place: Place, key: string, message: string): undefined {
    this.#problems.push({ place, key, message });
  }
}

/** A key below another, as overrides write it. */
export function dotted(key: string, below: string | number): string {
  return key === "" ? String(below) : `${key}.${below}`;
}
