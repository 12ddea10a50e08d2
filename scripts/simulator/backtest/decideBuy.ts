// SPDX-License-Identifier: MIT
import type { JumpMarket } from "../../model/market/jumpPath.ts";
import { exp, ln, normal } from "../../model/market/repeatableMath.ts";
import type { Units } from "../../model/market/repeatableMath.ts";

const DAYS = 7;
/** How far buyers' opinions of the volatility lie from what is to be expected: standard deviation of the logarithm. */
const OPINION_SPREAD = 0.3;
/** What a buyer takes of what is for sale when he likes the price. */
const LEAST_SHARE = 0.05;
const MOST_SHARE = 0.4;
const BPS = 1e4;

/**
 * Annual volatility to be expected of a week that begins at `current`: what is not a jump returns to its mean on the way, and
 * jumps come as often as ever.
 */
export function expectedVolatility(market: JumpMarket, current: number): number {
  const { volatility, volatilityDays, jumpsPerYear, jumpSize } = market;
  const kept = ((1 - exp(-DAYS / volatilityDays)) * volatilityDays) / DAYS;
  const diffusion = exp(kept * ln(current) + (1 - kept) * ln(volatility));
  return Math.sqrt(diffusion ** 2 + jumpsPerYear * jumpSize ** 2);
}

/** A buyer's own opinion for a week: he buys at no higher volatility, bps. */
export function opinionOf(expected: number, units: Units): bigint {
  return BigInt(Math.round(expected * exp(OPINION_SPREAD * normal(units)) * BPS));
}

/** What a vault offers now. */
export interface OfferSeen {
  readonly isOpen: boolean;
  readonly available: bigint;
  readonly volatilityBps: bigint;
}

/** Options, 6 decimals, that a buyer takes of an offer; 0 when it is dearer than his opinion or too little. */
export function decideBuy(offer: OfferSeen, opinionBps: bigint, least: bigint, units: Units): bigint {
  if (!offer.isOpen || offer.volatilityBps > opinionBps) return 0n;
  const share = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * units.unit();
  const size = BigInt(Math.floor(Number(offer.available) * share));
  return size < least ? 0n : size;
}
