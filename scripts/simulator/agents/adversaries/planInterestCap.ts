// SPDX-License-Identifier: MIT
import { numerators, SIZE_ONE, smaller, toUnitsDown, toUnitsUp } from "../../../model/clearing/payoff.ts";
import type { Leg, Terms } from "../../../model/clearing/types.ts";

/** A short he could open, with what the market asks for one whole option. */
export interface Candidate {
  readonly strike: bigint;
  readonly isCall: boolean;
  /** Initial margin and fee of one option; ledger units. */
  readonly margin: bigint;
  readonly fee: bigint;
}

/** What somebody knows who writes to himself and walks away. */
export interface WalkAwaySight {
  readonly terms: Terms;
  /** USD, 8 decimals. */
  readonly price: bigint;
  /** Where he expects the price to go before anybody can take his book over. */
  readonly expected: bigint;
  /** Notional that the caps leave, USD with 2 decimals. */
  readonly room: bigint;
  /** Ledger units. */
  readonly capital: bigint;
  /** What insurance can pay an expiry, ledger units. */
  readonly insurance: bigint;
  readonly candidates: readonly Candidate[];
}

/** The short he opens, and what he expects to gain by it. */
export interface WalkAwayPlan {
  readonly leg: Leg;
  /** Ledger units. */
  readonly profit: bigint;
}

const PRICE_TO_CENTS = 1_000_000n;
/** Prices move until he is in. */
const CAPITAL_PERCENT = 95n;
const PERCENT = 100n;

/**
 * The short against himself that brings most if the price goes where he expects it: what his longs are due beyond what his book
 * holds is paid by others, as far as they can pay. Undefined where none brings anything. Pure.
 */
export function planInterestCap(sight: WalkAwaySight): WalkAwayPlan | undefined {
  return planLargest(sight, (opened) => walkAwayProfit({ ...sight, ...opened }));
}

/** A short as it would be opened, with what is put behind it and what it costs to open; ledger units. */
export type Opened = Pick<WalkAway, "leg" | "cash" | "fee">;

/** The best of the shorts he could open, each as large as caps and capital let him; undefined where none brings anything. Pure. */
export function planLargest(
  { price, room, capital, candidates }: Pick<WalkAwaySight, "price" | "room" | "capital" | "candidates">,
  profitOf: (opened: Opened) => bigint,
): WalkAwayPlan | undefined {
  const plans = candidates.flatMap(({ strike, isCall, margin, fee }): WalkAwayPlan[] => {
    const byRoom = (room * PRICE_TO_CENTS * SIZE_ONE) / price;
    const size = smaller(byRoom, (capital * CAPITAL_PERCENT * SIZE_ONE) / ((margin + fee) * PERCENT));
    if (size === 0n) return [];
    const leg = { strike, isCall, size: -size };
    const profit = profitOf({ leg, cash: partUp(margin, size), fee: partUp(fee, size) });
    return profit > 0n ? [{ leg, profit }] : [];
  });
  return plans.reduce<WalkAwayPlan | undefined>(
    (best, plan) => (best && best.profit >= plan.profit ? best : plan),
    undefined,
  );
}

/** A short that was written to oneself. */
export interface WalkAway extends Pick<WalkAwaySight, "terms" | "expected" | "insurance"> {
  readonly leg: Leg;
  /** Put behind it, and what it cost to open; ledger units. */
  readonly cash: bigint;
  readonly fee: bigint;
}

/** Gained when a short against oneself ends at a price with nobody having liquidated it; negative when lost. Pure. */
export function walkAwayProfit({ terms, expected, insurance, leg, cash, fee }: WalkAway): bigint {
  const owed = toUnitsUp(numerators([leg], terms, expected).owed, terms, expected);
  const due = toUnitsDown(numerators([{ ...leg, size: -leg.size }], terms, expected).due, terms, expected);
  const ownLoss = smaller(owed, cash);
  return smaller(due, ownLoss + insurance) - ownLoss - fee;
}

function partUp(amount: bigint, size: bigint): bigint {
  return (amount * size + SIZE_ONE - 1n) / SIZE_ONE;
}
