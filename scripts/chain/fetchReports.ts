// SPDX-License-Identifier: MIT
import type { SignedReport } from "../model/types.ts";
import { fetchJson } from "./fetchJson.ts";
import { reportsShape } from "./signedReportJson.ts";
import type { Transport } from "./Transport.ts";

/** Twice the longest honest answer. */
const MAXIMUM_BYTES = 4_000_000;

/** Where to ask for reports, and from which round on. */
export interface ReportQuery {
  readonly baseUrl: string;
  readonly since: bigint;
  readonly timeoutMs: number;
}

/** Reports a validator or relayer holds of recent rounds. Nothing in them is checked but their shape. */
export async function fetchReports(transport: Transport, query: ReportQuery): Promise<SignedReport[]> {
  const url = `${query.baseUrl}/reports/recent?since=${query.since}`;
  const request = { url, timeoutMs: query.timeoutMs, maximumBytes: MAXIMUM_BYTES };
  return (await fetchJson(transport, request, reportsShape)).reports;
}
