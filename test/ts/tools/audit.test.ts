// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { findingsIn } from "../../../tools/audit/rules.mjs";
import { parse } from "../../../tools/compiler.mjs";

const FILE = "contracts/Example.sol";

/** Rules that find something in a function of this body. */
function rulesFor(body: string, pragma = "0.8.37"): string[] {
  const text = `pragma solidity ${pragma};\ncontract C { function f(uint256 a, uint256 b, address c) external { ${body} } }`;
  return findingsIn(FILE, parse(FILE, text), text).map(({ rule }) => rule);
}

describe("Audit rules", () => {
  it("find a quotient that is multiplied, in brackets or not", () => {
    expect(rulesFor("a = (a / b) * 2;")).to.deep.equal(["division-before-multiplication"]);
    expect(rulesFor("a = 2 * (a / b);")).to.deep.equal(["division-before-multiplication"]);
    expect(rulesFor("a = (a * 2) / b;")).to.deep.equal([]);
  });

  it("find calls that nothing checks, in Solidity and in assembly", () => {
    expect(rulesFor('c.call("");')).to.deep.equal(["low-level-call"]);
    expect(rulesFor('assembly ("memory-safe") { pop(delegatecall(gas(), c, 0, 0, 0, 0)) }')).to.deep.equal([
      "low-level-call-in-assembly",
    ]);
  });

  it("find assembly that does not say it is memory-safe", () => {
    expect(rulesFor("assembly { a := b }")).to.deep.equal(["assembly-not-memory-safe"]);
    expect(rulesFor('assembly ("memory-safe") { a := b }')).to.deep.equal([]);
  });

  it("find who asks for the origin, for a second exactly, or for luck", () => {
    expect(rulesFor("require(tx.origin == c);")).to.deep.equal(["tx-origin"]);
    expect(rulesFor("if (a == block.timestamp) b = 1;")).to.deep.equal(["time-equality"]);
    expect(rulesFor("if (a <= block.timestamp) b = 1;")).to.deep.equal([]);
    expect(rulesFor("a = block.prevrandao;")).to.deep.equal(["block-randomness"]);
  });

  it("find an approval of everything and a balance that is compared", () => {
    expect(rulesFor("IERC20(c).approve(c, type(uint256).max);")).to.deep.equal(["infinite-approval"]);
    expect(rulesFor("IERC20(c).approve(c, a);")).to.deep.equal([]);
    expect(rulesFor("if (IERC20(c).balanceOf(c) == a) b = 1;")).to.deep.equal(["balance-equality"]);
  });

  it("find a version that floats", () => {
    expect(rulesFor("", "^0.8.37")).to.deep.equal(["floating-pragma"]);
  });
});
