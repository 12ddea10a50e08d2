// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { longsBefore } from "../../../../scripts/trade/ownLongs.ts";

describe("Longs of the wallet before a sale", () => {
  it("go in as far as the book's own do not reach", () => {
    assert.equal(longsBefore(5n, { inBook: 2n, longs: 10n }), 3n);
  });

  it("stay where the book's own are enough", () => {
    assert.equal(longsBefore(2n, { inBook: 2n, longs: 10n }), 0n);
    assert.equal(longsBefore(1n, { inBook: 2n, longs: 10n }), 0n);
  });

  it("are no more than there are: the rest is written", () => {
    assert.equal(longsBefore(5n, { inBook: 0n, longs: 4n }), 4n);
  });

  it("cover none of what the book is short already", () => {
    assert.equal(longsBefore(5n, { inBook: -3n, longs: 10n }), 5n);
  });
});
