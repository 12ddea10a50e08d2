// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { flagReward } from "../../../scripts/model/clearing/flagReward.ts";

const HALF = 5_000n;

describe("what flagging a book brings", () => {
  it("is the tip and half of the penalty of 5 % for who does not bid", () => {
    expect(flagReward({ cash: 1_400n, full: 1_000n, tip: 3n }, 0n)).to.equal(3n + 10n);
  });

  it("is beside that the share he counts on of all cash that the auction can pay beyond the legs' worth", () => {
    expect(flagReward({ cash: 1_400n, full: 1_000n, tip: 3n }, HALF)).to.equal(3n + 10n + (400n - 20n) / 2n);
    expect(flagReward({ cash: 1_400n, full: 1_000n, tip: 3n }, 10_000n)).to.equal(3n + 10n + (400n - 20n));
  });

  it("is the tip and a share of what insurance adds where cash is short, and without bidding the tip alone", () => {
    expect(flagReward({ cash: 900n, full: 1_000n, tip: 3n }, 0n)).to.equal(3n);
    expect(flagReward({ cash: 900n, full: 1_000n, tip: 3n }, HALF), "half of five in a hundred").to.equal(3n + 25n);
    expect(flagReward({ cash: 1_000n, full: 1_000n, tip: 0n }, HALF), "nothing beyond the worth").to.equal(25n);
  });

  it("is rounded down", () => {
    expect(flagReward({ cash: 1_039n, full: 1_000n, tip: 0n }, HALF)).to.equal(0n + 19n);
    expect(flagReward({ cash: 1_059n, full: 1_000n, tip: 0n }, HALF)).to.equal(1n + 28n);
  });

  it("follows the rules it is given", () => {
    const rules = {
      solventSeconds: 0n,
      insolventSeconds: 0n,
      penaltyPercent: 10n,
      targetPercent: 125n,
      highestPercent: 120n,
    };
    expect(flagReward({ cash: 1_400n, full: 1_000n, tip: 0n }, 0n, rules)).to.equal(20n);
    expect(flagReward({ cash: 900n, full: 1_000n, tip: 0n }, HALF, rules)).to.equal(100n);
  });
});
