// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { BlockPace } from "../../../../scripts/keepers/BlockPace.ts";

describe("The pace of blocks", () => {
  const paceOf = (...blocks: readonly (readonly [bigint, bigint])[]): bigint => {
    const pace = new BlockPace();
    return blocks.map(([number, timestamp]) => pace.look({ number, timestamp })).at(-1)!;
  };

  it("is what the last blocks took, each alike, rounded up", () => {
    assert.equal(paceOf([10n, 100n], [13n, 107n]), 3n);
  });

  it("is that of mainnet until a second block is seen, and what was known while none comes", () => {
    assert.equal(paceOf([10n, 100n]), 12n);
    assert.equal(paceOf([10n, 100n], [11n, 102n], [11n, 102n]), 2n);
  });

  it("takes no halt for a pace, nor a block that was replaced", () => {
    assert.equal(paceOf([10n, 100n], [11n, 18_100n]), 60n);
    assert.equal(paceOf([10n, 100n], [11n, 102n], [9n, 99n], [10n, 101n]), 2n);
  });
});
