// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { shouldStepOut, stepFitness } from "../../../scripts/model/stepFitness.ts";
import type { Unfitness } from "../../../scripts/model/stepFitness.ts";

const AFTER_MS = 60_000n;

/** Fitness after rounds of 15 s with these outcomes, and whether to step out then. */
function after(...outcomes: string[]): [Unfitness, boolean] {
  let [state, nowMs]: [Unfitness, bigint] = [undefined, 0n];
  for (const outcome of outcomes) {
    nowMs += 15_000n;
    state = stepFitness(state, outcome, nowMs);
  }
  return [state, shouldStepOut(state, nowMs, AFTER_MS)];
}

describe("stepFitness", () => {
  it("counts from the first failure of the node's own, and steps out when it lasts", () => {
    assert.deepEqual(after("signed", "nothingToPrice", "tooLate", "headUnconfirmed", "tooLate"), [
      { sinceMs: 30_000n, reason: "nothingToPrice" },
      false,
    ]);
    assert.isTrue(after("nothingToPrice", "tooLate", "headUnconfirmed", "tooLate", "tooLate")[1], "a minute");
  });

  it("is fit again after one good round, and while it has no seat to answer for", () => {
    for (const outcome of ["signed", "masked", "notInSet", "dryRun"])
      assert.deepEqual(
        after("tooLate", "tooLate", "tooLate", "tooLate", "tooLate", outcome),
        [undefined, false],
        outcome,
      );
  });

  it("takes silence that is meant for neither failure nor recovery", () => {
    assert.deepEqual(after("listening", "noAnchor"), [undefined, false]);
    assert.deepEqual(after("tooLate", "listening")[0], { sinceMs: 15_000n, reason: "tooLate" });
  });

  it("steps out at once when somebody else has the key", () => {
    assert.deepEqual(after("signed", "signedElsewhere"), [{ sinceMs: 30_000n, reason: "signedElsewhere" }, true]);
  });
});
