// SPDX-License-Identifier: MIT

/**
 * What one look at a feed saw, right after a round's slot was over. What could not be seen is undefined: a guess in its
 * place would be a report about nothing. Shares are of one, times in seconds.
 */
export interface Observation {
  /** The slot that just ended. */
  readonly round: number;
  /** Round of the feed's newest quorum price; 0 before the first. */
  readonly latestRound: number | undefined;
  /** Share of the active weight that did not sign the newest accepted round. */
  readonly missingShare: number | undefined;
  /** Share of the active weight of which no relayer shows a price of the feed for this slot. */
  readonly unheardShare: number | undefined;
  /** From the beginning of the newest accepted round to its block. */
  readonly inclusionSeconds: number | undefined;
  readonly dispersionBps: number | undefined;
  /** Distance of the published price to the witness. */
  readonly witnessGapBps: number | undefined;
  readonly baseFeeGwei: number | undefined;
  /** Share of requests to the own endpoints since the last look that failed. */
  readonly errorShare: number | undefined;
  /** Share of them whose answer the other endpoints contradicted. */
  readonly disagreementShare: number | undefined;
  /** Age of the newest block the endpoints agree on. */
  readonly headAgeSeconds: number | undefined;
}

/** An observation that lacks nothing. */
export type FullObservation = { readonly [Key in keyof Observation]: number };

/** Names of what an observation lacks. Pure. */
export function missingIn(observation: Observation): (keyof Observation)[] {
  const keys: (keyof Observation)[] = [
    "round",
    "latestRound",
    "missingShare",
    "unheardShare",
    "inclusionSeconds",
    "dispersionBps",
    "witnessGapBps",
    "baseFeeGwei",
    "errorShare",
    "disagreementShare",
    "headAgeSeconds",
  ];
  return keys.filter((key) => !Number.isFinite(observation[key]));
}

/** Whether an observation lacks nothing. Pure. */
export function isFull(observation: Observation): observation is FullObservation {
  return missingIn(observation).length === 0;
}
