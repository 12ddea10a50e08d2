// SPDX-License-Identifier: MIT

/** Numbers by which a capture (F5) is proven. The contracts have those of {@link CAPTURE_RULES}. */
export interface CaptureRules {
  /** From the first round of a span to the last, at least; and fewer than the most. */
  readonly leastRounds: number;
  readonly mostRounds: number;
  /** Before and after the span in which witnesses have to stand still, seconds, and within what. */
  readonly steadySeconds: number;
  readonly steadyPercent: number;
  /** Witnesses from each other at most, the median from both more than that. */
  readonly apartPercent: number;
  readonly offPercent: number;
  /** Rounds of a witness in a proof. */
  readonly mostWitnessRounds: number;
  /** How often in a row a witness may say the same price; as often as a proof has rounds is always. */
  readonly mostRepeats: number;
  /** A signer's price from the median, parts per million. */
  readonly signedPpm: number;
}

/** As in CaptureEvidence.sol and Slasher.sol. */
export const CAPTURE_RULES: CaptureRules = {
  leastRounds: 40,
  mostRounds: 64,
  steadySeconds: 7_200,
  steadyPercent: 2,
  apartPercent: 1,
  offPercent: 8,
  mostWitnessRounds: 128,
  mostRepeats: 0,
  signedPpm: 20_000,
};
