// SPDX-License-Identifier: MIT
import type { SignedReport } from "../model/types.ts";
import { readJson } from "./fetchJson.ts";
import { RecentMap } from "./RecentMap.ts";
import { reportsShape } from "./signedReportJson.ts";
import type { Transport } from "./Transport.ts";

/** Twice the longest honest answer. */
const MAXIMUM_BYTES = 4_000_000;

/** Answers read lately, by their text: sources say the same until the next report, and are asked more often. */
const remembered = new RecentMap<string, readonly SignedReport[]>(32);
/** Characters of an answer that is remembered: twenty rounds of a full set. */
const REMEMBERED_LENGTH = 500_000;

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
  const answer = await transport.request(request);
  const read = (): SignedReport[] => readJson(url, answer, reportsShape).reports;
  const isShort = answer.status === 200 && answer.body.length <= REMEMBERED_LENGTH;
  return isShort ? [...remembered.get(answer.body, read)] : read();
}
