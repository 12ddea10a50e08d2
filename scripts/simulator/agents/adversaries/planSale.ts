// SPDX-License-Identifier: MIT
import type { Leg, Terms } from "../../../model/clearing/types.ts";
import { optionValue } from "../../../model/trading/optionValue.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";

/** An option that a buyer bids for. */
export interface Offer extends Pick<Leg, "strike" | "isCall"> {
  /** Of one option: what the buyer pays, what the market asks for, and its fee; ledger units. */
  readonly premium: bigint;
  readonly margin: bigint;
  readonly fee: bigint;
}

/** What somebody knows who sells options to buyers and thinks that he knows their price better. */
export interface SaleSight {
  readonly terms: Terms;
  /** Until the expiry. */
  readonly secondsLeft: bigint;
  /** Ledger units. */
  readonly capital: bigint;
  readonly offers: readonly Offer[];
}

/** Where he takes the price to be for what he sells; USD, 8 decimals. */
export interface SaleBelief {
  readonly call: bigint;
  readonly put: bigint;
}

/** What he sells. */
export interface SalePlan extends Pick<Offer, "strike" | "isCall"> {
  /** 6 decimals. */
  readonly size: bigint;
  /** Ledger units. */
  readonly profit: bigint;
}

/** The most anybody pays for volatility counts as what it is worth: only what he knows shall bring him anything. */
const VOLATILITY_BPS = 9_500n;
const CAPITAL_PERCENT = 90n;
const PERCENT = 100n;

/** The option whose premium most exceeds its fee and what it is worth to him. Undefined where none brings anything. Pure. */
export function planSale({ terms, secondsLeft, capital, offers }: SaleSight, belief: SaleBelief): SalePlan | undefined {
  const plans = offers.flatMap(({ strike, isCall, premium, margin, fee }): SalePlan[] => {
    const price = isCall ? belief.call : belief.put;
    const worth = optionValue({ strike, isCall }, terms, { price, volatilityBps: VOLATILITY_BPS, secondsLeft });
    const size = (capital * CAPITAL_PERCENT * SIZE_ONE) / (PERCENT * (margin + fee));
    const profit = ((premium - worth - fee) * size) / SIZE_ONE;
    return profit > 0n ? [{ strike, isCall, size, profit }] : [];
  });
  return plans.reduce<SalePlan | undefined>(
    (best, plan) => (best && best.profit >= plan.profit ? best : plan),
    undefined,
  );
}
