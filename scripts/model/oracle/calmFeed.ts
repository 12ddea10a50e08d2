// SPDX-License-Identifier: MIT
import { RATIO_ONE } from "./feedFold.ts";
import { CLOCK_MAXIMUM, emptyFeed, SOURCE } from "./types.ts";
import type { FeedState } from "./types.ts";

/** A feed that has long been listed and Normal, with its averages at `price`; round `round` is its latest. */
export function calmFeed(price: number, round: number): FeedState {
  const feed = emptyFeed();
  Object.assign(feed.latest, { price, round, source: SOURCE.quorum, witnessed: true, uptime: 1_000_000 });
  Object.assign(feed.averages, {
    average5m: RATIO_ONE,
    average30m: RATIO_ONE,
    average12h: RATIO_ONE,
    previousRatio: RATIO_ONE,
    variance: 64_000, // 80 % a year
    laggedDispersion: 600,
    sinceCautious: CLOCK_MAXIMUM,
    sinceRecovery: CLOCK_MAXIMUM,
    sinceReduceOnly: CLOCK_MAXIMUM,
    sinceHalted: CLOCK_MAXIMUM,
    quorumStreak: 31,
    calmRounds: 127,
    previousDelta: 1,
  });
  return feed;
}
