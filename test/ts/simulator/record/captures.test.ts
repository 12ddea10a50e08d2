// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { MockAggregator__factory } from "../../../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { runFast } from "../../../../scripts/simulator/fast/runFast.ts";
import { readPushes } from "../../../../scripts/simulator/record/readPushes.ts";
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { parseScenario } from "../../../../scripts/simulator/scenario/parseScenario.ts";

const CALM = "[[0, 3000], [720, 3010, 0.3]]";
const CRASH = "[[0, 3000], [200, 2950, 0.8], [230, 2300, 5], [300, 1900, 4], [720, 1950, 1.5]]";

/** Twelve hours without books. */
function capturesOf(path: string, more = ""): RunSummary["slashing"]["capture"] {
  const text = `{ version: 1, name: test, about: a test, seed: 7, duration: 12h,
    actors: { writers: { count: 0 } }, feeds: [{ id: ETH-USD, path: ${path} }], ${more} }`;
  return runFast(parseScenario(text, "test.yaml")).slashing.capture;
}

const lie = (target: string, multiply: number): string =>
  `faults: [{ type: oracle.value, target: ${target}, at: 3h, for: 3h, with: { multiply: ${multiply} } }]`;
/** Witnesses that repeat what they said an hour before the crash, alive. */
const STUCK = "faults: [{ type: witness.value, target: all, at: 140m, for: 5h, with: { stuck: true } }]";

describe("captures that could be proven in a run", () => {
  it("are none in an honest crash, however late its witnesses are", () => {
    for (const lag of ["30s", "10m", "65m"])
      expect(capturesOf(CRASH, `witness: { lag: ${lag} }`), lag).to.deep.equal({
        honest: 0,
        byzantine: 0,
        firstSeconds: null,
      });
  });

  it("are those of a majority that lies, and of nobody else, two hours and ten minutes after it began", () => {
    const { honest, byzantine, firstSeconds } = capturesOf(CALM, lie("majority", 1.12));
    expect([honest, byzantine]).to.deep.equal([0, 4]);
    expect(firstSeconds).to.be.within(3 * 3_600 + 600 + 7_200, 8 * 3_600);
  });

  it("are none of a third that lies, nor of a majority within 8 %", () => {
    expect(capturesOf(CALM, lie("f", 1.12)).byzantine).to.equal(0);
    expect(capturesOf(CALM, lie("all", 1.07)).byzantine).to.equal(0);
  });

  it("accuse the honest where the rule does not ask whether witnesses stood still", () => {
    const late = "witness: { lag: 30m }";
    expect(capturesOf(CRASH, late).honest).to.equal(0);
    const careless = "params: { capture.steadySeconds: 0, capture.steadyPercent: 100 }";
    expect(capturesOf(CRASH, `${late}, ${careless}`).honest).to.be.above(0);
  });

  it("are none of the honest when both witnesses repeat an old price; a rule that believes repeats accuses them all", () => {
    expect(capturesOf(CRASH, STUCK).honest).to.equal(0);
    const credulous = "params: { capture.mostRepeats: 64, capture.steadySeconds: 3600 }";
    expect(capturesOf(CRASH, `${STUCK}, ${credulous}`).honest).to.equal(7);
  });

  it("need what witnesses pushed in a block, and from whom", () => {
    const code = MockAggregator__factory.createInterface();
    const input = code.encodeFunctionData("push", [3_000n, 1_700n]);
    const places = new Map([["0xab", { slot: 2, source: 1 }]]);
    const push = (to: string | null, data = input) => readPushes([{ to, input: data }], places);
    expect(push("0xAB")).to.deep.equal([{ slot: 2, source: 1, price: 3_000n, since: 1_700 }]);
    expect([push("0xcd"), push(null), push("0xAB", "0x")]).to.deep.equal([[], [], []]);
  });
});
