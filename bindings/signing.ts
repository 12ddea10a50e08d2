// SPDX-License-Identifier: MIT
import { Signature } from "ethers";
import type { Signer } from "ethers";

import { QUOTE_TYPES } from "../scripts/model/clearing/quoteTypedData.ts";
import type { ClearingDomain } from "../scripts/model/clearing/quoteTypedData.ts";
import { PRICE_REPORT_TYPES } from "../scripts/model/priceReportTypedData.ts";
import type { OracleDomain } from "../scripts/model/priceReportTypedData.ts";
import type { Quote, SignedQuote } from "../scripts/model/trading/quotes.ts";
import type { CompactSignature, PriceReport } from "../scripts/model/types.ts";

/** Signs a quote as its maker. @param domain See `clearingDomain`. */
export async function signQuote(signer: Signer, domain: ClearingDomain, quote: Quote): Promise<SignedQuote> {
  return { quote, signature: await signer.signTypedData({ ...domain }, QUOTE_TYPES, quote) };
}

/** Signs a report as a validator, in the form a packed relay has. @param domain See `oracleDomain`. */
export async function signReport(signer: Signer, domain: OracleDomain, report: PriceReport): Promise<CompactSignature> {
  const { r, yParityAndS } = Signature.from(await signer.signTypedData({ ...domain }, PRICE_REPORT_TYPES, report));
  return { r, yParityAndS };
}
