// SPDX-License-Identifier: MIT
import { recoverAddress, Signature } from "ethers";

import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { SignedReport } from "../model/types.ts";
import { reportDigest } from "./reportDigest.ts";

/** Address that signed a report, undefined when the signature recovers to nobody. */
export function recoverReporter(domain: OracleDomain, report: SignedReport): string | undefined {
  try {
    const { r, yParityAndS } = report.signature;
    return recoverAddress(reportDigest(domain, report), Signature.from({ r, yParityAndS }));
  } catch {
    return undefined;
  }
}
