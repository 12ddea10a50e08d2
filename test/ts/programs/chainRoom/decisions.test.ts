// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { decideAgreement } from "../../../../scripts/model/decideAgreement.ts";
import { admits, CLOSED, stepBreaker } from "../../../../scripts/model/stepBreaker.ts";
import type { Breaker, BreakerEvent } from "../../../../scripts/model/stepBreaker.ts";

const POLICY = { failures: 3, pauseMs: 100, longestPauseMs: 350 };

function run(events: readonly [BreakerEvent["kind"], number][], start: Breaker = CLOSED): Breaker {
  return events.reduce((breaker, [kind, nowMs]) => stepBreaker(breaker, { kind }, nowMs, POLICY), start);
}

describe("decisions about endpoints", () => {
  it("a breaker counts failures in a row only", () => {
    assert.deepEqual(
      run([
        ["failed", 1],
        ["failed", 2],
        ["succeeded", 3],
        ["failed", 4],
        ["failed", 5],
      ]),
      { kind: "closed", failures: 2 },
    );
    assert.deepEqual(
      run([
        ["failed", 1],
        ["failed", 2],
        ["failed", 3],
      ]),
      { kind: "open", untilMs: 103, trips: 1 },
    );
  });

  it("a breaker admits one trial, and pauses twice as long after each that fails", () => {
    let breaker: Breaker = { kind: "open", untilMs: 100, trips: 1 };
    const pauses: number[] = [];
    for (let trial = 0; trial < 4; trial++) {
      const { untilMs }: { untilMs: number } = breaker as Extract<Breaker, { kind: "open" }>;
      assert.isFalse(admits(breaker, untilMs - 1), "a millisecond early");
      assert.isTrue(admits(breaker, untilMs), "in time");
      breaker = run([["asked", untilMs]], breaker);
      assert.isFalse(admits(breaker, untilMs + 10_000), "a trial is under way");
      breaker = run([["failed", untilMs]], breaker);
      pauses.push((breaker as Extract<Breaker, { kind: "open" }>).untilMs - untilMs);
    }
    assert.deepEqual(pauses, [200, 350, 350, 350]);
  });

  it("an open breaker is not prolonged by requests that were under way", () => {
    const open: Breaker = { kind: "open", untilMs: 100, trips: 1 };
    assert.deepEqual(
      run(
        [
          ["asked", 50],
          ["failed", 60],
        ],
        open,
      ),
      open,
    );
  });

  it("agreement needs equal answers; failures are none", () => {
    const votes = (keys: string) =>
      Array.from(keys, (key, index) => ({ endpoint: `${index}`, key: key === "-" ? undefined : key }));
    assert.deepEqual(decideAgreement(votes("aba"), 2), { kind: "agreed", key: "a", against: ["1"] });
    assert.deepEqual(decideAgreement(votes("a-a"), 2), { kind: "agreed", key: "a", against: [] });
    assert.deepEqual(decideAgreement(votes("abc"), 2), { kind: "open", missing: 1, divided: true });
    assert.deepEqual(decideAgreement(votes("--"), 2), { kind: "open", missing: 2, divided: false });
    assert.deepEqual(decideAgreement(votes("a"), 1), { kind: "agreed", key: "a", against: [] });
  });
});
