// SPDX-License-Identifier: MIT
import { ceilDiv, larger } from "../clearing/payoff.ts";
import type { Leg } from "../clearing/types.ts";
import { BPS } from "../constants.ts";
import { cashAfter } from "./judgeQuote.ts";
import type { MakerBook, QuotedMarket } from "./judgeQuote.ts";
import { addLegs, writtenBy } from "./quotes.ts";
import { mintFeeUp } from "./mintFee.ts";

/** What a trade does to a book, and what cash must go in before. Ledger units. */
export interface Funding {
  readonly legs: readonly Leg[];
  readonly fee: bigint;
  /** Put in before the trade. */
  readonly needed: bigint;
  /** Of the book afterwards, with what was put in. */
  readonly cash: bigint;
}

/**
 * Cash a book needs before options are added to it for a premium, so that it meets `required` afterwards.
 * @param premium Paid by the book, negative when it is paid.
 * @param required Initial margin afterwards.
 * @param bufferBps Of it, kept beyond it.
 */
export function fundingOf(
  book: MakerBook,
  added: readonly Leg[],
  premium: bigint,
  required: bigint,
  market: QuotedMarket,
  bufferBps: bigint,
): Funding {
  const written = writtenBy(book.legs, added);
  const fee = mintFeeUp(written, market.terms, market.mintFee);
  // With far more cash than it can need: what is left says how much less would have done.
  const plenty = book.cash + (premium > 0n ? premium : 0n) + fee + 2n * market.tip;
  const left = cashAfter({ ...book, cash: plenty }, added, -premium, market)! - plenty;
  const wanted = required === 0n ? 0n : required + ceilDiv(required * bufferBps, BPS);
  const after = book.cash + left;
  // What is paid at once must be there even where tips come back after it.
  const paidFirst = book.cash - premium - fee - (fee === 0n ? 0n : (2n - book.tips) * market.tip);
  const needed = larger(larger(wanted - after, -paidFirst), 0n);
  return { legs: addLegs(book.legs, added), fee, needed, cash: after + needed };
}
