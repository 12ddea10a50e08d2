// SPDX-License-Identifier: MIT
import type { SignedReport } from "../model/types.ts";

/** Rounds a book keeps: what the oracle can still accept. */
const KEPT_ROUNDS = 40n;

/** Signed reports of recent rounds, for whoever asks. */
export class ReportBook {
  #reports: SignedReport[] = [];

  /** Adds a report; one over the same vector takes the place of the earlier one (a new anchor). */
  add(report: SignedReport): void {
    const vector = report.prices.join();
    const others = this.#reports.filter((known) => known.round !== report.round || known.prices.join() !== vector);
    this.#reports = [...others, report].filter((known) => known.round + KEPT_ROUNDS > report.round);
  }

  latest(): SignedReport | undefined {
    return this.#reports.reduce<SignedReport | undefined>(
      (best, report) => (best === undefined || report.round > best.round ? report : best),
      undefined,
    );
  }

  all(): readonly SignedReport[] {
    return this.#reports;
  }
}
