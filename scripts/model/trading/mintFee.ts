// SPDX-License-Identifier: MIT
import { ceilDiv, SIZE_ONE, unitsPerWhole } from "../clearing/payoff.ts";
import type { Leg, Terms } from "../clearing/types.ts";

/** Tenths of a basis point in one. */
const FEE_ONE = 100_000n;
const STRIKE_ONE = 10_000n;

/**
 * Mint fee on options that were written, ledger units, rounded up once: `Fees.feeUp` on the sum of `Fees.base`.
 * @param mintFee Tenths of a basis point of strike notional (quote) or of size (coin).
 */
export function mintFeeUp(written: readonly Leg[], terms: Terms, mintFee: bigint): bigint {
  const isQuote = terms.kind === "quote";
  const base = written.reduce((sum, { size, strike }) => sum + (isQuote ? size * strike : size), 0n);
  const one = (isQuote ? SIZE_ONE * STRIKE_ONE : SIZE_ONE) * FEE_ONE;
  return ceilDiv(base * mintFee * unitsPerWhole(terms), one);
}
