// SPDX-License-Identifier: MIT
import { BPS } from "../constants.ts";
import { coinCall, coinPut, quoteCall, quotePut } from "../clearing/cappedOptions.ts";
import { unitsPerWhole } from "../clearing/payoff.ts";
import type { Leg, Terms } from "../clearing/types.ts";

/** What an option's value follows from. */
export interface ValueInput {
  /** USD, 8 decimals, above 0. */
  readonly price: bigint;
  readonly volatilityBps: bigint;
  /** Seconds to the expiry; 0 from then on. */
  readonly secondsLeft: bigint;
}

/** Per year: what options are valued with that nobody quotes, unless somebody says otherwise. */
export const MARK_VOLATILITY_BPS = 8_000n;

const WAD = 10n ** 18n;
const PRICE_TO_WAD = 10n ** 10n;
const STRIKE_TO_WAD = 10n ** 14n;

/** Black–Scholes value of one whole option of a series, ledger units, rounded down. */
export function optionValue(
  { strike: given, isCall }: Pick<Leg, "strike" | "isCall">,
  terms: Terms,
  { price, volatilityBps, secondsLeft }: ValueInput,
): bigint {
  const spot = price * PRICE_TO_WAD;
  const strike = given * STRIKE_TO_WAD;
  const option = { spot, strike, volatility: (volatilityBps * WAD) / BPS, tenor: secondsLeft };
  const capped = { ...option, capBps: terms.capBps };
  const isQuote = terms.kind === "quote";
  const value = isCall
    ? isQuote
      ? quoteCall(capped)
      : coinCall(option)
    : isQuote
      ? quotePut(option)
      : coinPut(capped);
  return (value * unitsPerWhole(terms)) / WAD;
}
