// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";
import { withSetting } from "../../../../scripts/simulator/study/axes.ts";
import { marginBurden } from "../../../../scripts/simulator/study/marginBurden.ts";
import { readDocument, resolveDocument, resolveOrder } from "../../../../scripts/simulator/study/scenarioDocument.ts";
import { expectNear } from "../../model/expectNear.ts";

const BASE = `
version: 1
name: base
duration: 6h
feeds: [{ id: ETH-USD, path: [[0, 2000], [60, 1500, 2]] }]
params: { heartbeat: 60, margin: { quote: { initialShockBps: 3000 } } }
faults: [{ type: market.gap, at: 30m, with: { multiply: 0.9 } }]
`;
const OWN = "extends: base.yaml\nname: own\nvalidators: { count: 9 }\n";
const OPTIONS = { readFile: () => BASE, overrides: ["faults.0.at=20m", "params.tipBase=2"] };

describe("Documents of studies", () => {
  const document = readDocument(OWN, "own.yaml", OPTIONS);

  it("mean what file, extension and overrides mean together", () => {
    expect(resolveDocument(document)).to.deep.equal(parseScenario(OWN, "own.yaml", OPTIONS));
  });

  it("survive the way to a worker", () => {
    const arrived = JSON.parse(JSON.stringify(document)) as typeof document;

    expect(resolveOrder({ scenario: arrived, seed: 7 })).to.deep.equal({ ...resolveDocument(document), seed: 7 });
  });

  it("take parameters by their dotted names, whichever way the file wrote them", () => {
    const changed = withSetting(document, "params.margin.quote.initialShockBps", 4_000);

    expect(resolveDocument(changed).params.get("margin.quote.initialShockBps")).to.equal(4_000);
    expect(resolveDocument(changed).params.get("heartbeat")).to.equal(60);
  });

  it("are refused when a setting is out of range", () => {
    expect(() => resolveDocument(withSetting(document, "faults.0.with.multiply", -1)))
      .to.throw()
      .with.property("code", "scenarioInvalid");
  });

  describe("margin burden", () => {
    const burden = (shockBps: number): number =>
      marginBurden(resolveDocument(withSetting(document, "params.margin.quote.initialShockBps", shockBps)));

    for (const shock of [0.15, 0.3])
      it(`is the mean of the reference books' margins over notional, worked out by hand: ${100 * shock} %`, () => {
        const timeValue = 0.4 * 0.8 * Math.sqrt(7 / 365);
        const floor = 0.12;
        const margins = [0.8, 0.9, 1, 1.1, 1.2].flatMap((strike) => {
          const stress = (price: number): [call: number, put: number] => {
            const extra = strike * timeValue * Math.min(1, price / strike);
            return [
              Math.min(strike, Math.max(0, price - strike) + extra),
              Math.min(strike, Math.max(0, strike - price) + extra),
            ];
          };
          const [[lowCall, lowPut], [highCall, highPut]] = [stress(1 - shock), stress(1 + shock)];
          return [
            Math.max(lowCall, highCall, floor),
            Math.max(lowPut, highPut, floor),
            Math.max(lowCall + lowPut, highCall + highPut, 2 * floor),
          ];
        });
        const mean = margins.reduce((sum, margin) => sum + margin, 0) / margins.length;

        expectNear(burden(10_000 * shock), "burden", mean, 0.0005);
      });

    it("does not depend on anything but parameters", () => {
      const other = resolveDocument(withSetting(document, "validators.count", 20));

      expect(marginBurden(other)).to.equal(marginBurden(resolveDocument(document)));
    });
  });
});
