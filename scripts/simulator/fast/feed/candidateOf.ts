// SPDX-License-Identifier: MIT
import type { Candidate } from "../../../model/oracle/stepTypes.ts";
import { SOURCE } from "../../../model/oracle/types.ts";
import type { FeedModel } from "../../../model/risk/FeedModel.ts";
import type { RoundMedian } from "../kernel/roundMedian.ts";

const ROUND_SECONDS = 15;
const FEWEST_SIGNERS = 3;

/** Whether more than two thirds of the active weight priced a feed. */
export function isQuorum(median: RoundMedian | undefined, active: number): boolean {
  return median !== undefined && 3 * median.pricedWeight > 2 * active && median.signers >= FEWEST_SIGNERS;
}

/**
 * What a round's median may do to a feed: nothing without more than half of the active weight, and a majority may speak only
 * when the quorum has been silent for two heartbeats.
 */
export function candidateOf(
  median: RoundMedian | undefined,
  active: number,
  feed: FeedModel,
  blockTime: number,
): Candidate | undefined {
  if (median === undefined || median.signers < FEWEST_SIGNERS || 2 * median.pricedWeight <= active) return undefined;
  const { price, dispersionPpm, divergent } = median;
  if (isQuorum(median, active)) return { price, dispersionPpm, divergent, source: SOURCE.quorum };
  const { latest } = feed.feed;
  if (latest.price === 0) return undefined;
  const isSilent =
    latest.source !== SOURCE.quorum || blockTime > latest.round * ROUND_SECONDS + 2 * feed.rules.heartbeat;
  return isSilent ? { price, dispersionPpm, divergent, source: SOURCE.majority } : undefined;
}
