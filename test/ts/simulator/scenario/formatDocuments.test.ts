// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

import { expect } from "chai";

import { formatTables } from "../../../../scripts/simulator/scenario/formatTables.ts";
import { scenarioJsonSchema, schemaAt } from "../../../../scripts/simulator/scenario/jsonSchema.ts";
import type { JsonSchema } from "../../../../scripts/simulator/scenario/jsonSchema.ts";
import { KEY_NOTES } from "../../../../scripts/simulator/scenario/keyNotes.ts";

const document = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
const plainTable = (text: string): string => text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");

/** Dotted keys of a schema's maps; items and free keys are `*`. */
function keysBelow(schema: JsonSchema, prefix = ""): string[] {
  return Object.entries((schema["properties"] ?? {}) as Record<string, JsonSchema>).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    const items = (value["items"] ?? {}) as JsonSchema;
    return [name, ...keysBelow(value, `${name}.`), ...keysBelow(items, `${name}.*.`)];
  });
}

describe("the published format", () => {
  it("is what the code yields: run `ballast simulate schema > docs/scenario.schema.json` and format it", () => {
    expect(JSON.parse(document("scenario.schema.json"))).to.deep.equal(scenarioJsonSchema());
  });

  it("says something about every key", () => {
    const schema = scenarioJsonSchema();
    const keys = keysBelow(schema).filter((key) => !/^params\.|\.model$/.test(key));
    expect(Object.keys(KEY_NOTES)).to.have.members(keys);
    for (const key of keys) expect(schemaAt(schema, key), key).to.have.property("description");
  });

  for (const [title, table] of formatTables())
    it(`has its table of ${title} in docs/SIMULATOR.md: run \`ballast simulate schema --tables\``, () => {
      expect(plainTable(document("SIMULATOR.md"))).to.contain(plainTable(table));
    });
});
