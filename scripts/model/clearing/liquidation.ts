// SPDX-License-Identifier: MIT
import { calculateRequirement, calculateMarks } from "./margin.ts";
import { ceilDiv, smaller } from "./payoff.ts";
import type { Leg, Scenario, Terms } from "./types.ts";

/** 1 of shares. */
export const SHARE_ONE = 10n ** 18n;

/** Least share of a bid, unless less is left to take (D-243). */
export const LEAST_SHARE = SHARE_ONE / 100n;

/** Numbers of an auction. The contracts have {@link AUCTION_RULES}; only the simulator asks what others would do. */
export interface AuctionRules {
  /** Seconds until all cash but the penalty is offered, and as many more until insurance adds what it may. */
  readonly solventSeconds: bigint;
  readonly insolventSeconds: bigint;
  /** π of what cash exceeds M by; X of maintenance; most that is paid of M. */
  readonly penaltyPercent: bigint;
  readonly targetPercent: bigint;
  readonly highestPercent: bigint;
}

/** As the contracts have it (contracts/clearing/libraries/AuctionPrice.sol). */
export const AUCTION_RULES: AuctionRules = {
  solventSeconds: 1_200n,
  insolventSeconds: 2_400n,
  penaltyPercent: 5n,
  targetPercent: 125n,
  highestPercent: 105n,
};

/** What a flagged book as a whole costs and pays; ledger units. Mirror of the contracts' `AuctionTerms`. */
export interface AuctionTerms {
  /** M. */
  readonly full: bigint;
  /** M₀, where the payment starts; 0 once it has left it behind. */
  readonly half: bigint;
  /** X. */
  readonly target: bigint;
  /** π. */
  readonly penalty: bigint;
  /** P. */
  readonly payment: bigint;
  /** Most that one bid takes, where nothing goes in slices and nothing is dust. */
  readonly largestShare: bigint;
}

export interface AuctionInputs {
  readonly cash: bigint;
  readonly price: bigint;
  /** At 100 % volatility. */
  readonly timeValue: bigint;
  readonly maintenance: Scenario;
  /** Initial margin without mode and add-on. */
  readonly calm: Scenario;
  /** Bid seconds on the clock. */
  readonly elapsed: bigint;
  /** Only then does insurance pay. */
  readonly isPrimary: boolean;
}

/** Prices a liquidation; the same to the last unit as the Clearinghouse's `auction`. */
export function auctionTerms(
  legs: readonly Leg[],
  terms: Terms,
  inputs: AuctionInputs,
  rules = AUCTION_RULES,
): AuctionTerms {
  const { cash, price, timeValue, elapsed } = inputs;
  const marks = calculateMarks(legs, terms, price, timeValue);
  const { full } = marks;
  const half = elapsed < rules.solventSeconds ? marks.half : 0n;
  const maintenance = calculateRequirement(legs, terms, inputs.maintenance).amount;
  const initial = calculateRequirement(legs, terms, inputs.calm);
  const target = smaller(initial.maximumLoss, smaller(ceilDiv(maintenance * rules.targetPercent, 100n), initial.cost));
  const penalty = cash > full ? ceilDiv((cash - full) * rules.penaltyPercent, 100n) : 0n;
  const last = cash - penalty;
  const first = smaller(half, last);
  let payment = last;
  if (elapsed < rules.solventSeconds) {
    payment = first + ((last - first) * elapsed) / rules.solventSeconds;
  } else if (cash < full && inputs.isPrimary) {
    const highest = (full * rules.highestPercent) / 100n;
    const { solventSeconds, insolventSeconds } = rules;
    payment = last + ((highest - last) * smaller(elapsed - solventSeconds, insolventSeconds)) / insolventSeconds;
  }
  return { full, half, target, penalty, payment, largestShare: largestShareUp(cash, full, target, payment + penalty) };
}

/**
 * Seconds at which what a bid leaves is paid for as what it took; rounded down, at most `elapsed`.
 * @param cash Of the rest. @param terms Of the book before. @param share That was taken, below 1.
 */
export function elapsedDown(
  cash: bigint,
  terms: Pick<AuctionTerms, "full" | "half" | "payment">,
  share: bigint,
  elapsed: bigint,
  { solventSeconds, penaltyPercent }: AuctionRules = AUCTION_RULES,
): bigint {
  if (elapsed >= solventSeconds) return elapsed;
  const restOf = (whole: bigint): bigint => (whole * (SHARE_ONE - share)) / SHARE_ONE;
  const full = restOf(terms.full);
  const last = cash > full ? cash - ceilDiv((cash - full) * penaltyPercent, 100n) : cash;
  const first = smaller(restOf(terms.half), last);
  if (first === last) return elapsed;
  const paid = restOf(terms.payment);
  if (paid <= first) return 0n;
  return smaller(((paid - first) * solventSeconds) / (last - first), elapsed);
}

/** What brings the rest of a book to its target, rounded up; all of one that cannot pay or that no part of helps. */
export function largestShareUp(cash: bigint, full: bigint, target: bigint, spent: bigint): bigint {
  if (cash >= target) return 0n;
  if (cash < full || target <= spent) return SHARE_ONE;
  return smaller(ceilDiv((target - cash) * SHARE_ONE, target - spent), SHARE_ONE);
}
