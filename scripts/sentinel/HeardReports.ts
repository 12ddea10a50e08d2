// SPDX-License-Identifier: MIT
import { errorFacts } from "../chain/errorFacts.ts";
import { fetchReports } from "../chain/fetchReports.ts";
import type { Log } from "../chain/Log.ts";
import { recoverReporter } from "../chain/recoverReporter.ts";
import type { Transport } from "../chain/Transport.ts";
import { BallastError } from "../model/BallastError.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { Seat, SignedReport } from "../model/types.ts";

/** What relayers' pages are reached with. */
export interface HeardParts {
  readonly transport: Transport;
  readonly log: Log;
  readonly domain: OracleDomain;
  readonly relayers: readonly string[];
  readonly timeoutMs: number;
}

/** Reads from relayers' pages who reported in a round. One honest relayer is enough: forgeries do not count. */
export class HeardReports {
  readonly #parts: HeardParts;

  constructor(parts: HeardParts) {
    this.#parts = parts;
  }

  /** Signed reports of a round by the seats of a set, one per seat; undefined when no relayer answered. */
  async ofRound(round: bigint, setId: bigint, seats: readonly Seat[]): Promise<readonly SignedReport[] | undefined> {
    const { relayers } = this.#parts;
    const pages = await Promise.all(relayers.map((baseUrl) => this.#page(baseUrl, round)));
    if (pages.every((page) => page === undefined)) return undefined;

    const heard = new Map<number, SignedReport>();
    for (const report of pages.flatMap((page) => page ?? [])) {
      if (report.round !== round || report.setId !== setId || heard.has(report.seat)) continue;
      if (this.#isSigned(report, seats)) heard.set(report.seat, report);
    }
    return [...heard.values()];
  }

  async #page(baseUrl: string, since: bigint): Promise<readonly SignedReport[] | undefined> {
    const { transport, log, timeoutMs } = this.#parts;
    try {
      return await fetchReports(transport, { baseUrl, since, timeoutMs });
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      log.warn({ relayer: baseUrl, ...errorFacts(error) }, "a relayer's page cannot be read");
      return undefined;
    }
  }

  #isSigned(report: SignedReport, seats: readonly Seat[]): boolean {
    const seat = seats[report.seat];
    return seat !== undefined && recoverReporter(this.#parts.domain, report) === seat.signer;
  }
}
