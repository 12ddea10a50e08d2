// SPDX-License-Identifier: MIT
import type { SignedReport } from "../model/types.ts";

/** Rounds that reports are kept: what the oracle can still accept. */
export const KEPT_ROUNDS = 40n;

/** Whether the oracle could still accept a report. */
export function isCurrent({ round }: SignedReport, currentRound: bigint): boolean {
  return round + KEPT_ROUNDS > currentRound;
}

/** Signed reports of recent rounds, for whoever asks. */
export class ReportBook {
  #reports: SignedReport[] = [];

  /** Adds a report; one over the same vector takes the place of the earlier one (a new anchor). */
  add(report: SignedReport): void {
    const vector = report.prices.join();
    const others = this.#reports.filter((known) => known.round !== report.round || known.prices.join() !== vector);
    this.#reports = [...others, report];
  }

  /** Takes a report back, so that nobody collects it any more. */
  remove(report: SignedReport): void {
    this.#reports = this.#reports.filter((known) => known !== report);
  }

  /** Forgets what the oracle cannot accept any more. */
  prune(currentRound: bigint): void {
    this.#reports = this.#reports.filter((known) => isCurrent(known, currentRound));
  }

  all(): readonly SignedReport[] {
    return this.#reports;
  }
}
