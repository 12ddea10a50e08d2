// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { SignedReport } from "../model/types.ts";
import type { Route, RouteAnswer } from "./serveHttp.ts";
import { MAXIMUM_REPORTS, reportsText } from "./signedReportJson.ts";

/**
 * Where signed reports are collected: `/reports` (latest round), `/reports?round=`, `/reports/recent?since=`
 * (newest rounds first). The same on validators and relayers, so that each can listen to the other.
 */
export function reportRoutes(held: () => readonly SignedReport[]): Route[] {
  return [
    {
      method: "GET",
      path: "/reports",
      answer: ({ query }) => {
        const round = requestedRound(query.get("round"), held());
        return page(held().filter((report) => report.round === round));
      },
    },
    {
      method: "GET",
      path: "/reports/recent",
      answer: ({ query }) => {
        const since = wholeNumber(query.get("since") ?? "0");
        const recent = held().filter((report) => report.round >= since);
        const newest = recent.sort((a, b) => (a.round > b.round ? -1 : a.round < b.round ? 1 : a.seat - b.seat));
        return page(newest.slice(0, MAXIMUM_REPORTS));
      },
    },
  ];
}

function page(reports: readonly SignedReport[]): RouteAnswer {
  return { body: reportsText(reports), isJson: true };
}

function requestedRound(text: string | null, reports: readonly SignedReport[]): bigint {
  if (text !== null) return wholeNumber(text);
  return reports.reduce((latest, report) => (report.round > latest ? report.round : latest), 0n);
}

function wholeNumber(text: string): bigint {
  if (!/^\d{1,13}$/.test(text)) throw new BallastError("badRequest", "a round is a whole number");
  return BigInt(text);
}
