// SPDX-License-Identifier: MIT
import { changeLeg, hasShorts } from "../../../model/clearing/clearingLedger.ts";
import { calculateRequirement } from "../../../model/clearing/margin.ts";
import { ceilDiv, larger, SIZE_ONE, smaller, STRIKE_TO_PRICE, unitsPerWhole } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import { PRICE_ONE } from "../../../model/constants.ts";
import { mintFeeUp } from "../../../model/trading/mintFee.ts";
import type { MarginRules } from "../FastParameters.ts";
import type { FastBook, FastMarket } from "./fastTypes.ts";
import type { MarketReading } from "./readMarket.ts";

const TIPS = 2n;

/** A book without anything. */
export function emptyBook(id: bigint, market: FastMarket, expiry: number): FastBook {
  return { id, market, expiry, cash: 0n, tips: 0n, status: "healthy", legs: [], auction: undefined, clock: 0n };
}

/**
 * Changes legs of a book: negative sizes are written (longs go elsewhere), positive ones close shorts or come from a holder.
 * Fee and tips are taken where shorts grow. No check: {@link meetsInitial} and {@link roomFor} say what the contract asks.
 * @returns The fee, ledger units.
 */
export function changeLegs(book: FastBook, legs: readonly Leg[]): bigint {
  const { terms, parameters, pot } = book.market;
  const written = legs.map((leg) => ({ ...leg, size: larger(changeLeg(book, leg), 0n) }));
  let fee = 0n;
  if (written.some(({ size }) => size > 0n)) {
    fee = mintFeeUp(written, terms, parameters.mintFee);
    book.cash -= fee + (TIPS - book.tips) * parameters.tip;
    book.tips = TIPS;
    pot.insurance += ceilDiv(fee * 2n, 5n);
  }
  if (book.tips !== 0n && !hasShorts(book)) {
    book.cash += book.tips * parameters.tip;
    book.tips = 0n;
  }
  return fee;
}

/** Whether a book that grew may stand: it meets initial margin, and a charge worth a liquidation is worth one. */
export function meetsInitial(book: FastBook, reading: MarketReading): boolean {
  const { terms, parameters } = book.market;
  if (!hasShorts(book)) return true;
  const { cost, amount, maximumLoss } = calculateRequirement(book.legs, terms, reading.initial);
  return book.cash >= amount && (cost >= parameters.dust || maximumLoss < cost);
}

/** Open notional of shorts: size × max(strike, opening price); cents, rounded up. */
export function notionalUp(legs: readonly Leg[], openingPrice: bigint): bigint {
  return legs.reduce((sum, { size, strike }) => {
    if (size >= 0n) return sum;
    const price = larger(strike * STRIKE_TO_PRICE, openingPrice);
    return sum + ceilDiv(-size * price, (SIZE_ONE * PRICE_ONE) / 100n);
  }, 0n);
}

/** Most open notional of a market, and of one of its expiries, by its insurance; cents. */
export function notionalCap(
  market: FastMarket,
  reading: MarketReading,
  margin: MarginRules,
): { readonly market: bigint; readonly expiry: bigint } {
  const { pot, terms, parameters } = market;
  const share = ceilDiv(margin.lossShareBps * 10_000n, reading.stance.capBps);
  let cents = pot.insurance * 100n;
  if (terms.kind === "coin") cents = (cents * reading.band.price) / PRICE_ONE;
  const cap = smaller(((cents / unitsPerWhole(terms)) * 10_000n) / share, CEILING_CENTS);
  return { market: cap, expiry: (cap * parameters.expiryCapPercent) / 100n };
}

/** The global ceiling of the local deployment, a billion dollars. */
const CEILING_CENTS = 100_000_000_000n;
