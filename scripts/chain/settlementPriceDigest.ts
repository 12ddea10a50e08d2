// SPDX-License-Identifier: MIT
import { TypedDataEncoder } from "ethers";

import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { SETTLEMENT_PRICE_TYPES } from "../model/clearing/settlementPrice.ts";
import type { SettlementPrice } from "../model/clearing/settlementPrice.ts";

/** What a validator signs of an expiry: the EIP-712 digest that the Clearinghouse recovers it from. */
export function settlementPriceDigest(domain: ClearingDomain, price: SettlementPrice): string {
  return TypedDataEncoder.hash({ ...domain }, SETTLEMENT_PRICE_TYPES, price);
}
