// SPDX-License-Identifier: MIT
import { SHARE_ONE } from "../../model/clearing/liquidation.ts";
import { closeWithQuotes } from "./closeWithQuotes.ts";
import type { ClosingMoment, Offer, OfferFill } from "./closeWithQuotes.ts";
import { legsOfShare, sizeBid } from "./sizeBid.ts";
import type { BidInputs } from "./sizeBid.ts";

/** A book that could be taken and closed in one transaction. Ledger units; 1e18 of share is all. */
export interface FlashPlan {
  readonly share: bigint;
  /** The caller's, for the margin in between. */
  readonly capital: bigint;
  /** Payment less what closing costs. */
  readonly profit: bigint;
  readonly fills: readonly OfferFill[];
}

type FlashInputs = Pick<
  BidInputs,
  "legs" | "full" | "payment" | "largestShare" | "terms" | "tip" | "initial" | "headroomBps"
>;

const EMPTY = { cash: 0n, tips: 0n, status: "healthy", legs: [] } as const;
const TIPS = 2n;

/** Takes the largest share and closes it with quotes; undefined where they do not close it or leave nothing. Pure. */
export function planFlash(inputs: FlashInputs, offers: readonly Offer[], moment: ClosingMoment): FlashPlan | undefined {
  const share = inputs.largestShare;
  const closing = closeWithQuotes(legsOfShare(inputs.legs, share), offers, moment);
  if (share === 0n || closing === undefined) return undefined;
  const payment = (inputs.payment * share) / SHARE_ONE;
  const profit = payment - closing.premium;
  if (profit <= 0n) return undefined;
  // Margin of the legs before they are closed, and the premium while the tips are set aside.
  const unbounded = { into: { ...EMPTY, legs: [] }, available: 1n << 96n, marginBps: 0n };
  const margin = sizeBid({ ...inputs, ...unbounded })!.funding;
  const premium = closing.premium + TIPS * inputs.tip - payment;
  return { share, capital: margin > premium ? margin : premium, profit, fills: closing.fills };
}
