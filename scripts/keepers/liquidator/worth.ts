// SPDX-License-Identifier: MIT
import type { Terms } from "../../model/clearing/types.ts";
import { unitsPerWhole } from "../../model/clearing/payoff.ts";

const WEI_PER_ETHER = 10n ** 18n;
const PRICE_ONE = 10n ** 8n;

/**
 * What ledger units of a market's collateral are worth in wei, rounded down; nothing below nothing. Pure.
 * @param coinPrice USD per coin of a coin market, 8 decimals; a stable counts at par. @param nativePrice USD per ether.
 */
export function weiOf(units: bigint, terms: Terms, coinPrice: bigint, nativePrice: bigint): bigint {
  if (units <= 0n) return 0n;
  const price = terms.kind === "coin" ? coinPrice : PRICE_ONE;
  return (units * price * WEI_PER_ETHER) / (unitsPerWhole(terms) * nativePrice);
}
