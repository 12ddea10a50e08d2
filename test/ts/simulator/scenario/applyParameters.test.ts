// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { parametersShape, readParameters } from "../../../../deploy/parameters.ts";
import { applyParameters } from "../../../../scripts/simulator/scenario/applyParameters.ts";
import { PARAMETERS } from "../../../../scripts/simulator/scenario/parameterTable.ts";
import type { ParameterRow } from "../../../../scripts/simulator/scenario/parameterTable.ts";

const LOCAL = readParameters("local");
const dollarUnits = (dollars: number): bigint => BigInt(dollars * 1_000);
const applied = (params: Record<string, number>) =>
  applyParameters(LOCAL, new Map(Object.entries(params)), dollarUnits);
const asText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));

describe("parameters of a scenario", () => {
  it("change nothing when there are none", () => {
    expect(applied({})).to.deep.equal(LOCAL);
  });

  it("reach the deployment in its units", () => {
    const { tipBase, minimumBond, risk, clearing } = applied({
      tipBase: 0.25,
      minimumBond: 60_000,
      "risk.ceilingThousands": 5,
      "insurance.coin": 9,
      "margin.quote.initialShockBps": 3_000,
      "margin.coin.dust": 7,
    });
    expect(tipBase).to.equal(250_000n);
    expect(minimumBond).to.equal(60_000_000_000n);
    expect(risk.ceilingThousands).to.equal(5);
    expect(clearing.markets.map(({ insurance }) => insurance)).to.deep.equal([250_000_000_000n, 9_000n]);
    expect(clearing.parameterSets.map(({ initialShockBps }) => initialShockBps)).to.deep.equal([3_000, 2_800]);
    expect(clearing.parameterSets[1]!.dust).to.equal(7_000n);
  });

  const settable = [...PARAMETERS].filter(([, row]) => !row.fastTierOnly);
  const another = ({ usual, least }: ParameterRow): number => (usual === least ? usual + 1 : least);
  for (const [name, row] of settable)
    it(`include ${name}`, () => {
      expect(asText(applied({ [name]: another(row) }))).not.to.equal(asText(LOCAL));
    });

  it("have the deployment's own values as usual ones", () => {
    const usual = Object.fromEntries(
      settable.filter(([name]) => !/insurance|dust|tip$/.test(name)).map(([name, row]) => [name, row.usual]),
    );
    expect(applied(usual)).to.deep.equal(LOCAL);
  });

  it("at their ends are ones the deployment takes", () => {
    for (const end of ["least", "most"] as const) {
      const { clearing, vaults, risk, ...rest } = applied(
        Object.fromEntries(settable.map(([name, row]) => [name, row[end]])),
      );
      const text = JSON.parse(asText({ clearing, vaults, risk, ...rest })) as unknown;
      expect(parametersShape.safeParse(text).error?.issues ?? [], end).to.deep.equal([]);
    }
  });

  it("of the fast tier alone change nothing on chain", () => {
    expect(applied({ "modes.rampSeconds": 60, "oracle.graceSeconds": 0 })).to.deep.equal(LOCAL);
  });
});
