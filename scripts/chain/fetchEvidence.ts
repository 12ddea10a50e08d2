// SPDX-License-Identifier: MIT
import { z } from "zod";

import { fetchJson } from "./fetchJson.ts";
import type { ReportQuery } from "./fetchReports.ts";
import { signedReportShape } from "./signedReportJson.ts";
import type { Transport } from "./Transport.ts";

/** Twice the longest honest answer. */
const MAXIMUM_BYTES = 1_000_000;

const evidenceShape = z.object({
  equivocations: z.array(z.object({ first: signedReportShape, second: signedReportShape })).max(256),
});

/** A pair of vectors with one signature each, as a relayer shows them. */
export type Equivocation = z.output<typeof evidenceShape>["equivocations"][number];

/** Pairs a relayer has seen; anybody may ask. Nothing in them is checked but their shape. */
export async function fetchEvidence(
  transport: Transport,
  { baseUrl, timeoutMs }: Omit<ReportQuery, "since">,
): Promise<readonly Equivocation[]> {
  const request = { url: `${baseUrl}/evidence`, timeoutMs, maximumBytes: MAXIMUM_BYTES };
  return (await fetchJson(transport, request, evidenceShape)).equivocations;
}
