// SPDX-License-Identifier: MIT
import { judgeExpectations } from "../scenario/judgeExpectations.ts";
import type { Expectation } from "../scenario/Scenario.ts";
import { readSummary } from "./RunSummary.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { Measured } from "./RunRecord.ts";
import type { InvariantVerdict } from "./Verdict.ts";

/** The summary of a run: what was measured, what judges say, and whether both are as they must be. Pure. */
export function summarizeRun(
  measured: Measured,
  invariants: readonly InvariantVerdict[],
  expectations: readonly Expectation[],
): RunSummary {
  const draft: RunSummary = { ...measured, verdict: "held", invariants };
  const isMet = judgeExpectations(expectations, draft).every(({ held }) => held);
  const verdict = isMet && invariants.every(({ held }) => held) ? "held" : "broken";
  return readSummary({ ...draft, verdict }, "the run");
}
