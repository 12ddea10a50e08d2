// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { readSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { plainSummary } from "./plainSummary.ts";

describe("Summary of a run", () => {
  it("comes back from its JSON as it went in", () => {
    const summary = plainSummary({
      verdict: "broken",
      invariants: [{ id: "S3", held: false, checks: 7, firstViolation: { block: 12, detail: "book 4" } }],
      recoverySeconds: null,
    });

    expect(readSummary(JSON.parse(JSON.stringify(summary)), "summary.json")).to.deep.equal(summary);
  });

  it("refuses an unknown key, a missing mode and a number that is none, and names each place", () => {
    const summary: Record<string, unknown> = { ...plainSummary(), extra: 1, recoverySeconds: NaN };
    summary.modes = { secondsIn: { normal: 1, cautious: 0, recovery: 0, halted: 0 }, transitions: [], falseTrips: 0 };

    const read = (): unknown => readSummary(summary, "runs/1/summary.json");

    expect(read)
      .to.throw(/extra.*/)
      .with.property("code", "summaryInvalid");
    expect(read).to.throw(/recoverySeconds/);
    expect(read).to.throw(/modes\.secondsIn\.reduceOnly/);
  });
});
