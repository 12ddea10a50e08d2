// SPDX-License-Identifier: MIT
import type { FaultType } from "./faultTypes.ts";
import { scenarioJsonSchema, schemaAt } from "./jsonSchema.ts";
import type { JsonSchema } from "./jsonSchema.ts";
import { FAULT_NOTES, KEY_NOTES } from "./keyNotes.ts";
import { PARAMETERS } from "./parameterTable.ts";
import { reachOf } from "./population.ts";
import { ENDLESS_FAULTS, FAULT_TYPES, INSTANT_FAULTS } from "./shapes/faultShapes.ts";

/** Tables of docs/SIMULATOR.md in Markdown, by title: what the format's code says. */
export function formatTables(): ReadonlyMap<string, string> {
  const schema = scenarioJsonSchema();
  return new Map([
    ["keys", keyTable(schema)],
    ["faults", faultTable(schema)],
    ["parameters", parameterTable(false)],
    ["coded", parameterTable(true)],
  ]);
}

function keyTable(schema: JsonSchema): string {
  const rows = Object.entries(KEY_NOTES).map(([key, note]) => {
    const { default: usual } = schemaAt(schema, key) ?? {};
    const isGroup = typeof usual === "object" && usual !== null && JSON.stringify(usual) === "{}";
    const shownUsual =
      usual === undefined || usual === "" || isGroup ? "" : code(JSON.stringify(usual).replaceAll('"', ""));
    return [code(key.replaceAll(".*", "[]")), note, shownUsual];
  });
  return table(["key", "says", "default"], rows);
}

function faultTable(schema: JsonSchema): string {
  const items = schemaAt(schema, "faults.*")?.["oneOf"] as readonly JsonSchema[] | undefined;
  const rows = FAULT_TYPES.map((type, index) => {
    const details = schemaAt(items?.[index] ?? {}, "with");
    const keys = Object.keys((details?.["properties"] as JsonSchema | undefined) ?? {});
    const reach = reachOf(type);
    return [code(type), keys.map(code).join(", "), (reach === undefined ? "no target" : reach.draws) + lastingOf(type)];
  });
  const common = Object.entries(FAULT_NOTES).map(([key, note]) => [code(key), note]);
  return `${table(["key of every fault", "says"], common)}\n\n${table(["type", "in `with`", "quantities and indices mean"], rows)}`;
}

function lastingOf(type: FaultType): string {
  if (INSTANT_FAULTS.includes(type)) return "; at once";
  return ENDLESS_FAULTS.includes(type) ? "; for good" : "";
}

function parameterTable(fastTierOnly: boolean): string {
  const rows = [...PARAMETERS]
    .filter(([, row]) => row.fastTierOnly === fastTierOnly)
    .map(([name, { about, unit, least, most, usual }]) => [code(name), about, unit, `${usual}`, `${least} to ${most}`]);
  return table(["name", "says", "unit", "usually", "range"], rows);
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
