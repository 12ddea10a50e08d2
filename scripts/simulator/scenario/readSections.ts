// SPDX-License-Identifier: MIT
import type { z } from "zod";

import type { Fault, FaultType } from "./faultTypes.ts";
import { KEYS_APART } from "./shapes/basics.ts";
import { FAULT_TYPES, faultShape, MOST_FAULTS } from "./shapes/faultShapes.ts";
import { REQUIRED_SECTIONS, SECTION_DEFAULTS, SECTIONS } from "./shapes/sections.ts";
import type { SectionName, Sections } from "./shapes/sections.ts";
import { didYouMean, shown } from "./source/problems.ts";
import type { Place, Problem } from "./source/problems.ts";
import { dotted } from "./source/readSource.ts";
import { nodeAt, placeOf, toPlain } from "./source/SourceNode.ts";
import type { SourceMap, SourceNode } from "./source/SourceNode.ts";

/** A fault and where it stands in the file's list. */
export interface PlacedFault {
  readonly index: number;
  readonly fault: Fault;
}

/** What a source says, as far as its shape holds. */
export interface ReadSections {
  /** A section is missing where its shape does not hold; one that was left out is filled in. */
  readonly sections: Sections;
  readonly faults: readonly PlacedFault[];
}

const TOP_KEYS = [...Object.keys(SECTIONS), "faults"];

/** Checks every section and every fault by itself, so that one mistake hides no other. */
export function readSections(root: SourceMap, problems: Problem[]): ReadSections {
  for (const [key, { keyPlace }] of root.entries)
    if (!TOP_KEYS.includes(key)) problems.push(unknownKey(keyPlace, key, key, [...TOP_KEYS, "extends"]));
  const sections: Record<string, unknown> = {};
  for (const name of Object.keys(SECTIONS) as SectionName[]) {
    const value = readSection(root, name, problems);
    if (value !== undefined) sections[name] = value;
  }
  return { sections: sections as Sections, faults: readFaults(root, problems) };
}

function readSection(root: SourceMap, name: SectionName, problems: Problem[]): unknown {
  const node = root.entries.get(name)?.node;
  if (node === undefined) {
    if (REQUIRED_SECTIONS.includes(name as "name")) problems.push({ place: root.place, key: name, message: "missing" });
    const usual: unknown = Object.getOwnPropertyDescriptor(SECTION_DEFAULTS, name)?.value;
    return usual === undefined ? undefined : SECTIONS[name].parse(usual);
  }
  return readShape(SECTIONS[name], root, node, [name], problems);
}

function readFaults(root: SourceMap, problems: Problem[]): PlacedFault[] {
  const node = root.entries.get("faults")?.node;
  if (node === undefined) return [];
  if (node.kind !== "list" || node.items.length > MOST_FAULTS) {
    problems.push({ place: node.place, key: "faults", message: `expected a list of at most ${MOST_FAULTS} faults` });
    return [];
  }
  const seen = new Map<FaultType, number>();
  return node.items.flatMap((item, index) => {
    const type = faultType(root, item, index, problems);
    if (type === undefined) return [];
    const number = (seen.get(type) ?? 0) + 1;
    seen.set(type, number);
    const given = readShape(faultShape(type), root, item, ["faults", index], problems);
    if (given === undefined) return [];
    const { name = `${type}-${number}`, target, at: atSeconds, for: forSeconds } = given;
    const family = type.split(".")[0]!;
    return [{ index, fault: { name, family, type, target, atSeconds, forSeconds, with: given.with } as Fault }];
  });
}

function faultType(root: SourceMap, item: SourceNode, index: number, problems: Problem[]): FaultType | undefined {
  const path = ["faults", index, "type"];
  const key = path.join(".");
  const node = nodeAt(root, path);
  if (node === undefined) {
    const message = item.kind === "map" ? "missing" : "expected a map of type, target, at, for, with";
    problems.push({ place: item.place, key: item.kind === "map" ? key : `faults.${index}`, message });
    return undefined;
  }
  const value = toPlain(node);
  const known = FAULT_TYPES.find((type) => type === value);
  if (known !== undefined) return known;
  const given = typeof value === "string" ? value : "";
  const sameEnd = FAULT_TYPES.filter((type) => type.endsWith(`.${given}`));
  const hint = sameEnd.length > 0 ? ` (did you mean ${sameEnd.join(" or ")}?)` : didYouMean(given, FAULT_TYPES);
  const family = FAULT_TYPES.filter((type) => type.startsWith(`${given.split(".")[0]!}.`));
  const allowed = family.length > 0 ? family : FAULT_TYPES;
  const message = `no such fault, given ${shown(value)}${hint}; allowed: ${allowed.join(", ")}`;
  problems.push({ place: node.place, key, message });
  return undefined;
}

function readShape<Shape extends z.ZodType>(
  shape: Shape,
  root: SourceMap,
  node: SourceNode,
  path: readonly (string | number)[],
  problems: Problem[],
): z.output<Shape> | undefined {
  const parsed = shape.safeParse(toPlain(node));
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.flatMap((issue) => issueProblems(issue, root, path)));
  return undefined;
}

function issueProblems(issue: z.core.$ZodIssue, root: SourceMap, above: readonly (string | number)[]): Problem[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === "number" ? key : String(key)))];
  const key = path.reduce<string>(dotted, "");
  if (issue.code === "unrecognized_keys") {
    const allowed = issue.message.split(KEYS_APART);
    return issue.keys.map((name) => unknownKey(placeOf(root, [...path, name], true), dotted(key, name), name, allowed));
  }
  if (issue.code === "invalid_key") {
    const message = `${issue.issues[0]?.message ?? issue.message}, given ${shown(path.at(-1))}`;
    return [{ place: placeOf(root, path, true), key, message }];
  }
  const node = nodeAt(root, path);
  if (node === undefined) return [{ place: placeOf(root, path), key, message: `missing; ${issue.message}` }];
  const message = node.kind === "scalar" ? `${issue.message}, given ${shown(node.value)}` : issue.message;
  return [{ place: node.place, key, message }];
}

function unknownKey(place: Place, key: string, name: string, allowed: readonly string[]): Problem {
  const rest = allowed.filter((other) => other !== "");
  const message = `unknown key${didYouMean(name, rest)}; allowed: ${rest.length === 0 ? "none" : rest.join(", ")}`;
  return { place, key, message };
}
