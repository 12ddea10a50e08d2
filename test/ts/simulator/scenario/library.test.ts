// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { libraryNames, loadDocument, loadScenario } from "../../../../scripts/simulator/scenario/library.ts";
import { buildPaths } from "../../../../scripts/simulator/scenario/paths/buildPaths.ts";
import { resolveDocument } from "../../../../scripts/simulator/study/scenarioDocument.ts";
import { freshFolder } from "../../programs/support/startProgram.ts";
import { problemsOf } from "./scenarioText.ts";

const SHIPPED = [
  "black-thursday",
  "calm-month",
  "china-ban",
  "demonstration",
  "expiry-in-outage",
  "finality-loss",
  "keepers-dead",
  "lone-reporter",
  "metal-mixup",
  "no-administrator",
  "one-venue",
  "partition",
  "pump-and-borrow",
  "reorg-7",
  "sequencer-halt-300",
  "sequencer-halt-33",
  "sequencer-halt-78",
  "stolen-guardian",
  "thin-token",
  "thousandfold",
  "two-of-eleven",
  "yen-unwind",
];

describe("the library of scenarios", () => {
  it("can be extended by name from any folder, with all that its scenarios extend", async () => {
    const folder = await freshFolder();
    const file = join(folder, "own.yaml");
    await writeFile(file, "extends: yen-unwind\nname: own\nduration: 90m\n");
    expect(loadScenario(file).expect.map(({ key }) => key)).to.include("exits.refused");
  });

  it("has all that were promised", () => {
    expect(libraryNames()).to.include.members(SHIPPED);
  });

  it("lends scenarios to others and to studies, which are sound as well", () => {
    const folder = new URL("../../../../scripts/simulator/library/shared/", import.meta.url);
    for (const file of readdirSync(folder)) {
      const { name } = loadScenario(`scripts/simulator/library/shared/${file}`);
      expect(`${name}.yaml`).to.equal(file);
    }
  });

  for (const name of libraryNames())
    describe(name, () => {
      const scenario = loadScenario(name);

      it("is called as its file, says what happens, and expects something", () => {
        expect(scenario.name).to.equal(name);
        expect(scenario.about).not.to.equal(loadScenario("scripts/simulator/library/shared/base.yaml").about);
        expect(scenario.expect).not.to.deep.equal([]);
      });

      it("names its source, and that it is stylised", () => {
        const text = readFileSync(
          new URL(`../../../../scripts/simulator/library/${name}.yaml`, import.meta.url),
          "utf8",
        );
        expect(text).to.match(/^# Source: /);
        expect(text).to.contain("Stylised");
      });

      it("hits its anchors", () => {
        const paths = buildPaths(scenario);
        for (const { id, path } of scenario.feeds)
          for (const { atSeconds, price } of path.model === "anchors" ? path.anchors : [])
            expect(paths.feeds.get(id)!.priceAt(atSeconds), `${id} at ${atSeconds} s`).to.equal(price);
      });

      it("is the same as its document", () => {
        expect(resolveDocument(loadDocument(name))).to.deep.equal(scenario);
      });
    });

  it("can be overridden", () => {
    expect(loadScenario("yen-unwind", ["validators.count=10"]).validators.count).to.equal(10);
  });

  it("says which name was meant", () => {
    expect(() => loadScenario("black-thurday")).to.throw(/did you mean black-thursday\?/);
  });
});

describe("a scenario's document", () => {
  it("keeps the names of faults when one before is dropped", () => {
    const document = loadDocument("finality-loss");
    const faults = (document["faults"] as { readonly name: string }[]).slice(1);
    const { faults: left } = resolveDocument({ ...document, faults });
    expect(left.map(({ name }) => name)).to.deep.equal([
      "chain.finalityStall-1",
      "validator.crash-2",
      "chain.finalityStall-2",
    ]);
  });
});

describe("a scenario with anything anywhere", () => {
  const odd: readonly unknown[] = [null, 0, -1, 1e308, "", "x", true, [], [[]], {}, { type: {} }, "f+1", "-5m", [null]];

  /** Every place of a document, as the keys that lead there. */
  function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== "object" || value === null) return [path];
    return [path, ...Object.entries(value).flatMap(([key, below]) => placesOf(below, [...path, key]))];
  }

  function withValue(value: unknown, [key, ...rest]: readonly string[], given: unknown): unknown {
    if (key === undefined) return given;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
      string,
      unknown
    >;
    copy[key] = withValue(copy[key], rest, given);
    return copy;
  }

  for (const name of ["partition", "calm-month", "pump-and-borrow"])
    it(`is ${name}, or refused with places and plain words`, () => {
      const document = loadDocument(name);
      for (const path of placesOf(document))
        for (const value of odd)
          for (const problem of problemsOf(JSON.stringify(withValue(document, path, value))))
            expect(problem, path.join(".")).to.match(/^test\.yaml:1:\d+: (?!.*(undefined|Invalid input|\[object))/);
    });
});
