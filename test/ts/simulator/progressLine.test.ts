// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { ProgressLine } from "../../../scripts/simulator/ProgressLine.ts";

/** A sink that keeps what is written, and a clock that is set. */
function bench(isTTY: boolean): { line: ProgressLine; written: string[]; clock: { nowMs: number } } {
  const written: string[] = [];
  const clock = { nowMs: 0 };
  const line = new ProgressLine({ isTTY, write: (text) => written.push(text) }, () => clock.nowMs);
  return { line, written, clock };
}

describe("Progress line", () => {
  it("writes a line every few seconds where nobody watches, and what came last in any case", () => {
    const { line, written, clock } = bench(false);
    line.show(0, 3, "first");
    line.show(1, 3, "held back");
    clock.nowMs = 5_000;
    line.show(2, 3, "second");
    line.show(3, 3, "last");
    line.end();
    assert.deepEqual(written, ["first\n", "second\n", "last\n"]);
  });

  it("writes nothing twice, and nothing after its end", () => {
    const { line, written } = bench(false);
    line.show(0, 1, "only");
    line.end();
    line.show(1, 1, "too late");
    line.end();
    assert.deepEqual(written, ["only\n"]);
  });

  it("overwrites one line on a terminal and leaves it at the end", () => {
    const { line, written } = bench(true);
    line.show(1, 2, "half");
    line.show(2, 2, "whole");
    line.end();
    assert.lengthOf(written, 3);
    assert.match(written[0]!, /^\r.*\[#{12}\.{12}\] half$/);
    assert.match(written[1]!, /^\r.*\[#{24}\] whole$/);
    assert.equal(written[2], "\n");
  });
});
