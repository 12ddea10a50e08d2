// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { HeardSources } from "../../../scripts/relayer/HeardSources.ts";

describe("what a relayer asks a source for", () => {
  let heard: HeardSources;

  beforeEach(() => {
    heard = new HeardSources();
  });

  it("is everything of use the first time, and what may have come since when it has answered", () => {
    expect(heard.sinceOf("one", 80n)).to.equal(80n);
    heard.answered("one", 100n);
    expect(heard.sinceOf("one", 80n)).to.equal(96n);
    expect(heard.sinceOf("another", 80n)).to.equal(80n);
  });

  it("is nothing that is of no use", () => {
    heard.answered("one", 100n);
    expect(heard.sinceOf("one", 99n)).to.equal(99n);
  });

  it("is everything of use again when it did not answer", () => {
    heard.answered("one", 100n);
    heard.failed("one");
    expect(heard.sinceOf("one", 80n)).to.equal(80n);
  });
});
