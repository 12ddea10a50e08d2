// SPDX-License-Identifier: MIT
import { MAXIMUM_ROUND_AGE_SECONDS } from "../../model/constants.ts";
import { roundStartSeconds } from "../../model/rounds.ts";
import type { SignedReport } from "../../model/types.ts";

/** A sealed round: whose reports count already, as bits of their seats. */
export interface SealedRound {
  readonly round: bigint;
  readonly setId: bigint;
  readonly signers: bigint;
  readonly late: bigint;
}

/** Rounds that reports may still be credited for at `time`, unix seconds: sealed by a later one, and young enough. Pure. */
export function creditableRounds(reports: readonly SignedReport[], latestRound: bigint, time: bigint): bigint[] {
  const rounds = reports.map(({ round }) => round).filter((round) => round < latestRound && isYoung(round, time));
  return [...new Set(rounds)].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Reports whose signers were left out of a round that was accepted, one for each seat. What they say is not judged here, nor
 * whose signature they carry: the oracle does both. Pure.
 * @param mask Seats that count for nothing.
 */
export function decideCredits(
  { round, setId, signers, late }: SealedRound,
  reports: readonly SignedReport[],
  mask: bigint,
): SignedReport[] {
  let counted = signers | late | mask;
  return reports.filter((report) => {
    const bit = 1n << BigInt(report.seat);
    if (report.round !== round || report.setId !== setId || (counted & bit) !== 0n) return false;
    counted |= bit;
    return true;
  });
}

function isYoung(round: bigint, time: bigint): boolean {
  return time <= roundStartSeconds(round) + MAXIMUM_ROUND_AGE_SECONDS;
}
