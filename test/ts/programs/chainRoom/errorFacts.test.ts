// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { errorFacts } from "../../../../scripts/chain/errorFacts.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";

describe("an error as facts for a log line", () => {
  it("is code, message and context, with bigints as text however deep they lie, so that JSON can hold it", () => {
    const context = { price: 1n, asked: { seats: [2n, "a"], none: undefined, nothing: null } };
    const facts = errorFacts(new BallastError("wrong", "It is", { context, cause: new TypeError("why") }));
    assert.deepEqual(JSON.parse(JSON.stringify(facts)), {
      code: "wrong",
      message: "It is",
      retriable: false,
      price: "1",
      asked: { seats: ["2", "a"], nothing: null },
      cause: "TypeError: why",
    });
  });

  it("is called unexpected when it is none of ours", () => {
    assert.deepEqual(errorFacts(new RangeError("far")), { code: "unexpected", message: "RangeError: far" });
  });
});
