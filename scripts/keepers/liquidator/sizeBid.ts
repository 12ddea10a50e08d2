// SPDX-License-Identifier: MIT
import type { BookRecord } from "../../model/clearing/clearingLedger.ts";
import { LEAST_SHARE, SHARE_ONE } from "../../model/clearing/liquidation.ts";
import { calculateRequirement, shortsOf } from "../../model/clearing/margin.ts";
import { ceilDiv, smaller } from "../../model/clearing/payoff.ts";
import type { Leg, Scenario, Terms } from "../../model/clearing/types.ts";
import { addLegs } from "../../model/trading/quotes.ts";

/** A bid that could be made. Ledger units; 1e18 of share is all. */
export interface BidPlan {
  /** Asked for; the auction lets no more go than the largest share. */
  readonly share: bigint;
  /** Least payment for that share at which it is still worth it. */
  readonly minimumPayment: bigint;
  /** What the taking book must be given before. */
  readonly funding: bigint;
  /** What the payment exceeds the worth of the legs by, of what the auction lets go now. */
  readonly gain: bigint;
}

/** What a bid is sized by. */
export interface BidInputs {
  readonly legs: readonly Leg[];
  /** M and P of the whole book. */
  readonly full: bigint;
  readonly payment: bigint;
  readonly largestShare: bigint;
  /** The book that would take the legs. */
  readonly into: BookRecord;
  readonly terms: Terms;
  readonly tip: bigint;
  /** What that book is held against afterwards. */
  readonly initial: Scenario;
  /** Free balance that may be used. */
  readonly available: bigint;
  readonly marginBps: bigint;
  /** Funded, and of the whole book asked, beyond what is needed now: the price moves before the bid is in a block. */
  readonly headroomBps: bigint;
}

const BPS = 10_000n;
/** Steps between nothing and the most that is asked for. */
const STEPS = 1_000n;
const MOST_LEGS = 8;
/** The contract rounds what the book and what insurance pays down each. */
const ROUNDING = 2n;

/**
 * The largest bid that the auction and the bidder's capital allow; undefined where there is none. Pure. Where capital suffices it
 * asks for more than the auction lets go: what restores the book grows with every second, and a rest that is hardly short of
 * it is worth nobody's gas, while its payment goes on rising.
 */
export function sizeBid(inputs: BidInputs): BidPlan | undefined {
  const { largestShare, available, headroomBps } = inputs;
  if (largestShare === 0n) return undefined;
  const most = smaller(largestShare + (SHARE_ONE * headroomBps) / BPS, SHARE_ONE);
  const shareAt = (step: bigint): bigint => (most * step) / STEPS;
  // A larger share never needs less capital: what it needs is halved in on.
  let [possible, tooMuch] = [0n, STEPS + 1n];
  while (tooMuch - possible > 1n) {
    const step = tooMuch === STEPS + 1n ? STEPS : (possible + tooMuch) / 2n;
    const funding = fundingFor(inputs, shareAt(step));
    if (funding !== undefined && funding <= available) possible = step;
    else tooMuch = step;
  }
  const share = shareAt(possible);
  if (share < smaller(LEAST_SHARE, largestShare)) return undefined;
  const asked = (partUp(inputs.full, share) * (BPS + inputs.marginBps)) / BPS - ROUNDING;
  const taken = smaller(share, largestShare);
  return {
    share,
    minimumPayment: asked > 0n ? asked : 0n,
    funding: fundingFor(inputs, share)!,
    gain: (inputs.payment * taken) / SHARE_ONE - partUp(inputs.full, taken),
  };
}

/** The legs a share takes, rounded as the contract rounds them: shorts up, longs down. */
export function legsOfShare(legs: readonly Leg[], share: bigint): Leg[] {
  return legs
    .map((leg) => ({ ...leg, size: leg.size < 0n ? -partUp(-leg.size, share) : (leg.size * share) / SHARE_ONE }))
    .filter(({ size }) => size !== 0n);
}

/** Capital a share needs; undefined where the book has no place for the legs. */
function fundingFor(inputs: BidInputs, share: bigint): bigint | undefined {
  const { into, terms, initial, tip, headroomBps } = inputs;
  const after = addLegs(into.legs, legsOfShare(inputs.legs, share));
  if (after.length > MOST_LEGS) return undefined;
  const tips = shortsOf(after) > 0n ? (2n - into.tips) * tip : 0n;
  const required = calculateRequirement(after, terms, initial).amount;
  const needed = ceilDiv(required * (BPS + headroomBps), BPS) + tips;
  const held = into.cash + (inputs.payment * share) / SHARE_ONE;
  return needed > held ? needed - held : 0n;
}

function partUp(amount: bigint, share: bigint): bigint {
  return ceilDiv(amount * share, SHARE_ONE);
}
