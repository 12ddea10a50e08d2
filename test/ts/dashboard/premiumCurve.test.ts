// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { elapsedOf, premiumCurve } from "../../../dashboard/src/model/premiumCurve.ts";
import type { AuctionTerms } from "../../../dashboard/src/model/premiumCurve.ts";
import { expectNear } from "../model/expectNear.ts";

const HOURS = 3_600n;
/** At 3,000 a put of 2,800 for a week is worth some 18 dollars at 60 %. */
const AUCTION: AuctionTerms = {
  strike: 28_000_000n,
  isCall: false,
  unitDecimals: 6,
  premium: 30_000_000n,
  secondsLeft: 7n * 24n * HOURS,
  volatilityBps: 7_500n,
  startVolatilityBps: 6_000n,
  highBps: 15_000n,
  reserveBps: 10_000n,
  auctionSeconds: 4n * HOURS,
};

describe("The premium of a vault's auction", () => {
  it("is drawn from the first to the last second of its clock, falling all the way", () => {
    const points = premiumCurve(AUCTION)!;
    assert.equal(points[0]!.seconds, 0);
    assert.equal(points.at(-1)!.seconds, 14_400);
    assert.isTrue(points.every(({ premium }, index) => index === 0 || premium < points[index - 1]!.premium));
  });

  it("goes through the premium of now, where the clock stands, for puts and calls", () => {
    const call = { ...AUCTION, isCall: true, strike: 32_000_000n, unitDecimals: 9, premium: 10_000_000n };
    for (const auction of [AUCTION, call]) {
      const now = premiumCurve(auction)!.find(({ seconds }) => seconds === elapsedOf(auction))!;
      expectNear(now.premium, "premium", Number(auction.premium), Number(auction.premium) / 10_000);
    }
  });

  it("tells by its volatility how much of its time is over", () => {
    const at = (volatilityBps: bigint): number => elapsedOf({ ...AUCTION, volatilityBps });
    assert.deepEqual([at(9_000n), at(7_500n), at(6_000n)], [0, 7_200, 14_400]);
    assert.equal(at(9_500n), 0, "never before it began");
    assert.equal(elapsedOf({ ...AUCTION, reserveBps: 15_000n }), 0, "one that does not fall");
  });

  it("is not drawn where nobody knows a premium", () => {
    assert.isUndefined(premiumCurve({ ...AUCTION, premium: 0n }));
  });
});
