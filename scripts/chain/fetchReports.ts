// SPDX-License-Identifier: MIT
import type { SignedReport } from "../model/types.ts";
import { fetchJson } from "./fetchJson.ts";
import { reportsShape } from "./signedReportJson.ts";
import type { Transport } from "./Transport.ts";

/** Reports a validator or relayer holds of recent rounds. Nothing in them is checked but their shape. */
export async function fetchReports(transport: Transport, baseUrl: string, timeoutMs: number): Promise<SignedReport[]> {
  const answer = await fetchJson(
    transport,
    { url: `${baseUrl}/reports/recent`, timeoutMs, maximumBytes: 4_000_000 },
    reportsShape,
  );
  return answer.reports;
}
