// SPDX-License-Identifier: MIT
import { TypedDataEncoder } from "ethers";

import { PRICE_REPORT_TYPES } from "../model/priceReportTypedData.ts";
import type { OracleDomain } from "../model/priceReportTypedData.ts";
import type { PriceReport } from "../model/types.ts";

/** What a validator signs: the EIP-712 digest of a report, the same as `PriceOracle.reportDigest`. */
export function reportDigest(domain: OracleDomain, report: PriceReport): string {
  return TypedDataEncoder.hash({ ...domain }, PRICE_REPORT_TYPES, {
    round: report.round,
    setId: report.setId,
    anchorHash: report.anchorHash,
    prices: [...report.prices],
  });
}
