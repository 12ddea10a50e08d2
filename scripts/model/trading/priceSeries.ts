// SPDX-License-Identifier: MIT
import { ceilDiv, larger, smaller } from "../clearing/payoff.ts";
import type { Terms } from "../clearing/types.ts";
import { BPS } from "../constants.ts";
import { optionValue } from "./optionValue.ts";
import type { ValueInput } from "./optionValue.ts";

/** How a maker prices. Shares in basis points. */
export interface PricingPolicy {
  /** Of the reading's volatility, which is made for margin and never below 120 %, so much is believed. */
  readonly volatilityShareBps: bigint;
  readonly volatilityFloorBps: bigint;
  /** Half of the spread: of the option's value, and of the underlying beside it. */
  readonly spreadBps: bigint;
  readonly edgeBps: bigint;
  /** Of the value, moved against a full inventory. */
  readonly skewBps: bigint;
}

/** One series, and what the maker holds of it. */
export interface SeriesInput extends Omit<ValueInput, "volatilityBps"> {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly terms: Terms;
  /** Of the reading. */
  readonly volatilityBps: bigint;
  /** Options, 6 decimals, shorts negative. */
  readonly inventory: bigint;
  /** Most of either sign. */
  readonly mostInventory: bigint;
}

/** Prices of one option, ledger units. */
export interface TwoSides {
  readonly value: bigint;
  readonly bid: bigint;
  readonly ask: bigint;
}

/** Volatility that a maker believes. */
export function believedVolatility(readingBps: bigint, policy: PricingPolicy): bigint {
  return larger((readingBps * policy.volatilityShareBps) / BPS, policy.volatilityFloorBps);
}

/**
 * Bid and ask of a series: Black–Scholes, a spread on both sides, and a skew that makes buying cheaper for others the more
 * the maker is long, and dearer the more he is short. Pure.
 */
export function priceSeries(input: SeriesInput, policy: PricingPolicy): TwoSides {
  const volatilityBps = believedVolatility(input.volatilityBps, policy);
  const value = optionValue(input, input.terms, { ...input, volatilityBps });
  const half = ceilDiv(value * policy.spreadBps, BPS) + edgeOf(input, policy);
  const held = larger(-input.mostInventory, smaller(input.mostInventory, input.inventory));
  const skew = (value * policy.skewBps * held) / (BPS * input.mostInventory);
  const middle = value - skew;
  return { value, bid: larger(middle - half, 0n), ask: larger(middle + half, 1n) };
}

/** A share of the underlying, in collateral: of the price in dollars, or of a coin. */
function edgeOf({ terms, price }: SeriesInput, { edgeBps }: PricingPolicy): bigint {
  const unit = 10n ** BigInt(terms.unitDecimals);
  const whole = terms.kind === "coin" ? unit : (price * unit) / 10n ** 8n;
  return ceilDiv(whole * edgeBps, BPS);
}
