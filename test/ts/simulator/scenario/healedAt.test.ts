// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { healedAt } from "../../../../scripts/simulator/scenario/healedAt.ts";
import { withMore } from "./scenarioText.ts";

describe("the end of faults", () => {
  const endOf = (fault: string): number => healedAt(withMore(`faults: [${fault}]\n`).faults[0]!);

  it("comes after their time, or never", () => {
    assert.equal(endOf("{ type: oracle.silent, at: 60s, for: 90s }"), 150);
    assert.equal(endOf("{ type: oracle.silent, at: 60s }"), Infinity);
  });

  it("is their beginning where there is nothing to heal", () => {
    assert.equal(endOf("{ type: chain.reorg, at: 10m, with: { depth: 7 } }"), 600);
    assert.equal(endOf("{ type: admin.governanceGone, at: 5s }"), 5);
    assert.equal(endOf("{ type: market.gap, at: 5s, with: { multiply: 0.9 } }"), 5);
  });

  it("comes after their time too where a scenario says one for what happens at once or for good", () => {
    assert.equal(endOf("{ type: chain.reorg, at: 10m, for: 1m, with: { depth: 7 } }"), 660);
    assert.equal(endOf("{ type: validator.unbond, at: 5s, for: 1m }"), 65);
  });
});
