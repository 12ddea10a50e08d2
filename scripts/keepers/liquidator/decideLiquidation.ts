// SPDX-License-Identifier: MIT
const BPS = 10_000n;

/** A book as a liquidator sees it. Ledger units. */
export interface LiquidationView {
  readonly isFlagged: boolean;
  /** Whether `flag`, or for a flagged book `bid`, would go through. */
  readonly isLiquidatable: boolean;
  readonly cash: bigint;
  /** What the legs are worth, M. */
  readonly full: bigint;
  /** Cash that ends the liquidation, X; 0 where nobody can tell. */
  readonly target: bigint;
  /** What a bidder would be paid for the whole book, P. */
  readonly payment: bigint;
}

/** What a liquidator does next. */
export type LiquidationAct = "flag" | "bid" | "unflag" | "wait";

/**
 * Flags what is short, takes legs over once they are paid for at what they are worth, and ends what has ended. Nobody bids at a
 * loss: a book that cannot pay waits until insurance makes up what it lacks. Pure.
 * @param marginBps What the payment must exceed the worth by, share of the worth; below 0 for whoever values legs lower than M.
 */
export function decideLiquidation(view: LiquidationView, marginBps = 0n): LiquidationAct {
  if (!view.isFlagged) return view.isLiquidatable ? "flag" : "wait";
  if (view.target !== 0n && view.cash >= view.target) return "unflag";
  const isPaid = view.payment * BPS >= view.full * (BPS + marginBps);
  return view.isLiquidatable && isPaid ? "bid" : "wait";
}
