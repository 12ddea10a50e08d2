// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { summaryText } from "../../../../scripts/cli/summaryText.ts";
import { plainSummary } from "../study/plainSummary.ts";

describe("what a run prints", () => {
  it("calls what never came never", () => {
    const text = summaryText(plainSummary({ recoverySeconds: null }), "runs/plain-1");
    expect(text).to.match(/^ {2}recoverySeconds +never$/m);
  });

  it("says first whether it held, and then what did not", () => {
    const invariants = [{ id: "S3", held: false, checks: 7, firstViolation: { block: 12, detail: "book 4" } }];
    const [first, second] = summaryText(plainSummary({ verdict: "broken", invariants }), "runs/plain-1").split("\n");
    expect(first).to.equal("plain, seed 1: broken (300 blocks, 1.0 h)");
    expect(second).to.equal("  S3 broken in block 12: book 4");
  });
});
