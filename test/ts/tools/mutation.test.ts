// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { parse } from "../../../tools/compiler.mjs";
import { mutated, mutationsOf } from "../../../tools/mutation/operators.mjs";
import { sampled } from "../../../tools/mutation/sample.mjs";

const FILE = "contracts/Example.sol";

/** Every text that one mutation makes of the body of a function with µ, of two bytes, before it. */
function mutantsOf(body: string): string[] {
  const head = `// µ\npragma solidity 0.8.37;\nlibrary L { function f(uint256 a, uint256 b) internal pure returns (uint256 c) { `;
  const tail = " } }";
  const text = head + body + tail;
  return mutationsOf(FILE, parse(FILE, text), text).map((mutation) =>
    mutated(text, mutation).slice(head.length, -tail.length),
  );
}

describe("Mutation operators", () => {
  it("move a boundary and turn a comparison round", () => {
    expect(mutantsOf("c = a < b ? a : b;")).to.include.members([
      "c = ((a) <= (b)) ? a : b;",
      "c = ((a) >= (b)) ? a : b;",
      "c = !(a < b) ? a : b;",
    ]);
  });

  it("keep what they swap an operator between in brackets, so that nothing else changes", () => {
    expect(mutantsOf("c = a | b & 3;")).to.include("c = ((a) & (b & 3));");
  });

  it("move a number by one either way, and never below zero", () => {
    expect(mutantsOf("c = 7;")).to.include.members(["c = (7 + 1);", "c = (7 - 1);"]);
    expect(mutantsOf("c = 0;")).to.deep.equal(["{}", "c = (0 + 1);"]);
  });

  it("take a guard away with its semicolon", () => {
    expect(mutantsOf("require(a > 1); c = b;")).to.include("{} c = b;");
  });

  it("round the other way and take the other extreme", () => {
    expect(mutantsOf("c = M.divUp(a, M.min(a, b));")).to.include.members([
      "c = M.rawDiv(a, M.min(a, b));",
      "c = M.divUp(a, M.max(a, b));",
    ]);
  });

  it("reach into assembly", () => {
    expect(mutantsOf("assembly { c := add(a, 2) }")).to.include.members([
      "assembly { c := sub(a, 2) }",
      "assembly { c := add(a, 3) }",
    ]);
  });

  it("leave the loop's own step alone when they remove statements", () => {
    expect(mutantsOf("for (; a < b; ++a) c = a;")).to.not.include("for (; a < b; {}) c = a;");
  });

  it("are drawn the same for the same seed", () => {
    const text =
      "pragma solidity 0.8.37; library L { function f(uint256 a) internal pure returns (uint256) { return a * 3 + 5; } }";
    const every = mutationsOf(FILE, parse(FILE, text), text);
    expect(sampled(every, 3, "x")).to.deep.equal(sampled([...every].reverse(), 3, "x"));
    expect(sampled(every, 3, "x")).to.not.deep.equal(sampled(every, 3, "y"));
  });
});
