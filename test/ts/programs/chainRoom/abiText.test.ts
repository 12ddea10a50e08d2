// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { Interface } from "ethers";

import { decodeAnswer, decodeEvent, encodeCall } from "../../../../scripts/chain/abiText.ts";

const CODE = new Interface([
  "function name(string)",
  "function add(uint256, uint256) view returns (uint256 sum)",
  "function both(uint256[2])",
  "event Told(uint256 indexed what)",
]);

describe("calls and answers as text", () => {
  it("tell apart arguments whose texts join to the same", () => {
    assert.equal(encodeCall(CODE, "add", [1n, 23n]), CODE.encodeFunctionData("add", [1n, 23n]));
    assert.equal(encodeCall(CODE, "add", [12n, 3n]), CODE.encodeFunctionData("add", [12n, 3n]));
    assert.equal(encodeCall(CODE, "both", [[1n, 2n]]), CODE.encodeFunctionData("both", [[1n, 2n]]));
    assert.equal(encodeCall(CODE, "both", [[3n, 4n]]), CODE.encodeFunctionData("both", [[3n, 4n]]));
    assert.equal(encodeCall(CODE, "name", ["a,b"]), CODE.encodeFunctionData("name", ["a,b"]));
  });

  it("are decoded as the coder does, however often", () => {
    for (const sum of [5n, 7n, 5n]) {
      const answer = CODE.encodeFunctionResult("add", [sum]);
      assert.equal(decodeAnswer(CODE, "add", answer)["sum"], sum);
    }
  });

  it("are refused again when they were no answer the first time", () => {
    for (let look = 0; look < 2; look++) assert.throws(() => decodeAnswer(CODE, "add", "0x01"));
  });

  it("know an event from a stranger's", () => {
    const told = CODE.encodeEventLog("Told", [9n]);
    assert.equal(decodeEvent(CODE, told)?.args["what"], 9n);
    assert.isUndefined(decodeEvent(CODE, { topics: [`0x${"11".repeat(32)}`], data: "0x" }));
  });
});
