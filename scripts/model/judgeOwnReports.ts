// SPDX-License-Identifier: MIT
import type { PriceReport, Prices } from "./types.ts";

/** What a validator knows of its own past. */
export interface OwnPast {
  /** Vector it signed in a round, undefined when it knows of none. */
  readonly vectorOf: (round: bigint) => Prices | undefined;
  /** It will sign nothing up to this round but what it signed before. */
  readonly floor: bigint;
  /** Round in which this process began. */
  readonly startRound: bigint;
}

/** What reports that carry the own signature say. */
export type OwnVerdict =
  /** All of them are known. */
  | { readonly kind: "known" }
  /** Signed before this process began, by a life whose memory is lost: a lost disk, or an old one put back. */
  | { readonly kind: "forgotten"; readonly newest: bigint }
  /** Signed while this process ran, or against what it signed: somebody else has the key. */
  | { readonly kind: "elsewhere"; readonly round: bigint };

/** Judges reports with the own signature against the own memory. Whoever else may sign has the worst of them told first. */
export function judgeOwnReports(
  reports: readonly Pick<PriceReport, "round" | "prices">[],
  { vectorOf, floor, startRound }: OwnPast,
): OwnVerdict {
  let forgotten: bigint | undefined;
  for (const { round, prices } of reports) {
    const own = vectorOf(round);
    if (own === undefined && round <= floor) continue; // forgotten, and taken into account already
    if (own !== undefined && own.join() === prices.join()) continue;
    if (own !== undefined || round > startRound) return { kind: "elsewhere", round };
    if (forgotten === undefined || round > forgotten) forgotten = round;
  }
  return forgotten === undefined ? { kind: "known" } : { kind: "forgotten", newest: forgotten };
}
