// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { revertData } from "../../../../scripts/chain/revertData.ts";

const DATA = "0x1234abcd";

describe("Revert data", () => {
  it("is found in the error of a node, however deep", () => {
    assert.equal(revertData(DATA), DATA, "as the whole");
    assert.equal(revertData({ message: "reverted", data: DATA }), DATA, "beside a text");
    assert.equal(revertData({ data: { data: { data: DATA } } }), DATA, "inside");
  });

  it("is found in errors of ethers and viem", () => {
    assert.equal(revertData({ code: "CALL_EXCEPTION", data: DATA, info: {} }), DATA, "decoded by ethers");
    assert.equal(revertData({ data: null, info: { error: { data: { data: DATA } } } }), DATA, "not decoded by ethers");
    assert.equal(revertData({ cause: { cause: { data: { errorName: "A" }, raw: DATA } } }), DATA, "of viem");
  });

  it("may be empty", () => {
    assert.equal(revertData({ data: "0x" }), "0x");
  });

  it("is no text, and not in what has none", () => {
    for (const given of [undefined, null, 3, "reverted", "0x123", { data: "reverted" }, { cause: new Error("down") }])
      assert.isUndefined(revertData(given), JSON.stringify(given));
  });

  it("is not looked for in circles", () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    assert.isUndefined(revertData(error));
  });
});
