// SPDX-License-Identifier: MIT
import type { SignedQuote } from "../scripts/model/trading/quotes.ts";
import type { ClearinghouseTypes } from "./generated/contracts.ts";

/** Which book takes how much of a quote. */
export interface Taking {
  readonly takerOwner: string;
  readonly takerSubId?: bigint;
  /** 6 decimals. */
  readonly amount: bigint;
}

/** What `fillQuotes` takes a list of. */
export function fillOf(
  { quote, signature }: SignedQuote,
  { takerOwner, takerSubId = 0n, amount }: Taking,
): ClearinghouseTypes.IClearingRecords.FillStruct {
  return { quote: { ...quote, legs: [...quote.legs] }, signature, takerOwner, takerSubId, amount };
}
