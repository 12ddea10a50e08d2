// SPDX-License-Identifier: MIT
import type { Route } from "../chain/serveHttp.ts";
import { signedReportJson } from "../chain/signedReportJson.ts";
import type { ReportPool } from "./ReportPool.ts";

/** Pairs of reports that prove equivocation, for whoever wants the bounty. */
export function evidenceRoute(pool: ReportPool): Route {
  return {
    method: "GET",
    path: "/evidence",
    answer: () => ({
      body: {
        equivocations: pool
          .equivocations()
          .map(({ first, second }) => ({ first: signedReportJson(first), second: signedReportJson(second) })),
      },
    }),
  };
}
