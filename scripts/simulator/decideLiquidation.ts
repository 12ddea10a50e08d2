// SPDX-License-Identifier: MIT

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
 */
export function decideLiquidation(view: LiquidationView): LiquidationAct {
  if (!view.isFlagged) return view.isLiquidatable ? "flag" : "wait";
  if (view.target !== 0n && view.cash >= view.target) return "unflag";
  return view.isLiquidatable && view.payment >= view.full ? "bid" : "wait";
}
