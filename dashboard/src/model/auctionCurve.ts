// SPDX-License-Identifier: MIT
import type { Auction } from "./book.ts";

/** A point of the payment that a bidder gets for the whole book: bid seconds, and ledger units for drawing. */
export interface CurvePoint {
  readonly seconds: number;
  readonly payment: number;
}

/** The payment rises to the book's cash in so many bid seconds, and, where that is too little, further in so many more. */
export const SOLVENT_SECONDS = 1_200;
export const INSOLVENT_SECONDS = 2_400;
/** Of M, with insurance beside the cash. */
const MOST = 1.05;

/**
 * How the payment of a running auction rises, as long as price and book stay as they are.
 * @param cash Of the book; it grows with nothing while the auction runs, for drawing.
 */
export function auctionCurve(auction: Auction, cash: bigint): CurvePoint[] {
  const [half, full, penalty, own] = [auction.half, auction.full, auction.penalty, cash].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const end = Math.max(own - penalty, 0);
  const start = Math.min(half === 0 ? Number(auction.payment) : half, end);
  const points = [
    { seconds: 0, payment: start },
    { seconds: SOLVENT_SECONDS, payment: end },
  ];
  if (own >= full) return points;
  return [...points, { seconds: SOLVENT_SECONDS + INSOLVENT_SECONDS, payment: Math.max(MOST * full, end) }];
}
