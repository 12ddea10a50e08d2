// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { FaultType } from "./faultTypes.ts";
import { FAULT_NOTES, KEY_NOTES } from "./keyNotes.ts";
import { PARAMETERS } from "./parameterTable.ts";
import { FAULT_TYPES, faultShape, MOST_FAULTS } from "./shapes/faultShapes.ts";
import { extendsShape, REQUIRED_SECTIONS, SECTION_DEFAULTS, SECTIONS } from "./shapes/sections.ts";
import type { SectionName } from "./shapes/sections.ts";

/** A part of a JSON Schema. */
export type JsonSchema = { [key: string]: unknown };

const TITLE = "Ballast scenario";

/** The format as JSON Schema (draft 2020-12), for editors and other tools; the simulator itself checks more. */
export function scenarioJsonSchema(): JsonSchema {
  const properties: JsonSchema = {};
  for (const name of Object.keys(SECTIONS) as SectionName[]) properties[name] = sectionSchema(name);
  properties["params"] = paramsSchema();
  properties["faults"] = {
    type: "array",
    maxItems: MOST_FAULTS,
    items: { oneOf: FAULT_TYPES.map(faultSchema) },
    default: [],
  };
  properties["extends"] = schemaOf(extendsShape);
  const schema: JsonSchema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: TITLE,
    type: "object",
    properties,
    additionalProperties: false,
    $defs: Object.fromEntries(SHARED_KEYS.map((key) => [key, sharedSchema(key)])),
    anyOf: [{ required: [...REQUIRED_SECTIONS] }, { required: ["extends", "name"] }],
  };
  for (const [key, note] of Object.entries(KEY_NOTES)) describe(schema, key, note);
  return schema;
}

/** What stands at a dotted key, where `*` is any item of a list or any key of a map; undefined where nothing does. */
export function schemaAt(schema: JsonSchema, key: string): JsonSchema | undefined {
  return key.split(".").reduce<JsonSchema | undefined>((here, part) => {
    const step =
      part === "*" ? (here?.["items"] ?? here?.["additionalProperties"]) : property(here?.["properties"], part);
    return step as JsonSchema | undefined;
  }, schema);
}

function describe(schema: JsonSchema, key: string, note: string): void {
  const found = schemaAt(schema, key);
  if (found !== undefined) found["description"] = note;
}

function sectionSchema(name: SectionName): JsonSchema {
  const schema = schemaOf(SECTIONS[name]);
  const usual = property(SECTION_DEFAULTS, name);
  // Nested maps mean the same as dots; what they hold is left to the simulator.
  if (name === "expect") schema["additionalProperties"] = { type: "object" };
  return usual === undefined ? schema : { ...schema, default: usual };
}

/** Keys that all faults have are written once. */
const SHARED_KEYS = ["name", "target", "at", "for"] as const;

function faultSchema(type: FaultType): JsonSchema {
  const schema = schemaOf(faultShape<FaultType>(type));
  const properties = { ...(schema["properties"] as JsonSchema) };
  for (const key of SHARED_KEYS) properties[key] = { $ref: `#/$defs/${key}` };
  return { ...schema, properties };
}

function sharedSchema(key: (typeof SHARED_KEYS)[number]): JsonSchema {
  const found = property(schemaOf(faultShape<FaultType>("oracle.silent"))["properties"], key) as JsonSchema;
  return { ...found, description: FAULT_NOTES[key] };
}

function paramsSchema(): JsonSchema {
  const rows = [...PARAMETERS].map(([name, { about, unit, least, most, isWhole, usual, fastTierOnly }]) => [
    name,
    {
      type: isWhole ? "integer" : "number",
      minimum: least,
      maximum: most,
      default: usual,
      description: `${about}, ${unit}${fastTierOnly ? "; fast tier only" : ""}`,
    },
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(rows),
    additionalProperties: { type: "object" },
    default: {},
  };
}

/** Of what a file says, not of what is made of it. */
function schemaOf(shape: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" });
  return schema as JsonSchema;
}

function property(holder: unknown, key: string): unknown {
  return typeof holder === "object" && holder !== null
    ? Object.getOwnPropertyDescriptor(holder, key)?.value
    : undefined;
}
