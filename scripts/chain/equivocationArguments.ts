// SPDX-License-Identifier: MIT
import type { PriceReport, SignedReport } from "../model/types.ts";

type EightPrices = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** A report as contracts take it. */
export interface ReportTuple {
  readonly round: bigint;
  readonly setId: bigint;
  readonly anchorHash: string;
  readonly prices: EightPrices;
}

/** A report with exactly eight prices; those it leaves out abstain. */
export function reportTuple({ round, setId, anchorHash, prices }: PriceReport): ReportTuple {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = prices;
  return { round, setId, anchorHash, prices: [a, b, c, d, e, f, g, h] };
}

/** What `submitEquivocation` of the Slasher is given. */
export function equivocationArguments(
  first: SignedReport,
  second: SignedReport,
): [ReportTuple, string, string, ReportTuple, string, string] {
  return [
    reportTuple(first),
    first.signature.r,
    first.signature.yParityAndS,
    reportTuple(second),
    second.signature.r,
    second.signature.yParityAndS,
  ];
}
