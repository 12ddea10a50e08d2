// SPDX-License-Identifier: MIT
import { TypedDataEncoder } from "ethers";

import { QUOTE_TYPES } from "../model/clearing/quoteTypedData.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import type { Quote } from "../model/trading/quotes.ts";

/** What a maker signs: the EIP-712 digest of a quote, which `QuoteFilled` names. */
export function quoteDigest(domain: ClearingDomain, quote: Quote): string {
  return TypedDataEncoder.hash({ ...domain }, QUOTE_TYPES, quote);
}
