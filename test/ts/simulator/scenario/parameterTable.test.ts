// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { parametersShape } from "../../../../deploy/parameters.ts";
import { PARAMETERS } from "../../../../scripts/simulator/scenario/parameterTable.ts";
import type { ParameterRow } from "../../../../scripts/simulator/scenario/parameterTable.ts";
import { deployParameters } from "../../../../scripts/simulator/world/deployParameters.ts";
import { withMore } from "./scenarioText.ts";

const SCENARIO = withMore(
  "markets: [{ feed: ETH-USD }, { feed: ETH-USD, collateral: ETH }]\n" +
    "vaults: [{ feed: ETH-USD, strategy: coveredCalls }]",
);
const FIRST = new Map([["ETH-USD", 100n * 10n ** 8n]]);
const settable = [...PARAMETERS].filter(([, { fastTierOnly }]) => !fastTierOnly);
const deployed = (params: Record<string, number>) =>
  deployParameters({ ...SCENARIO, params: new Map(Object.entries(params)) }, FIRST);
const asText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
const another = ({ usual, least }: ParameterRow): number => (usual === least ? usual + 1 : least);

describe("the table of parameters", () => {
  for (const [name, row] of settable)
    it(`has ${name}, which reaches the deployment`, () => {
      expect(asText(deployed({ [name]: another(row) }))).not.to.equal(asText(deployed({})));
    });

  it("says what the deployment has where nobody sets it", () => {
    expect(deployed(Object.fromEntries(settable.map(([name, { usual }]) => [name, usual])))).to.deep.equal(
      deployed({}),
    );
  });

  for (const end of ["least", "most"] as const)
    it(`ends where the deployment still takes its ${end}`, () => {
      const values = Object.fromEntries(settable.map(([name, row]) => [name, row[end]]));
      const text = JSON.parse(asText(deployed(values))) as unknown;
      expect(parametersShape.safeParse(text).error?.issues ?? []).to.deep.equal([]);
    });

  it("keeps what the contracts have coded away from the deployment", () => {
    const coded = [...PARAMETERS].filter(([, { fastTierOnly }]) => fastTierOnly);
    expect(deployed(Object.fromEntries(coded.map(([name, row]) => [name, row.most])))).to.deep.equal(deployed({}));
  });
});
