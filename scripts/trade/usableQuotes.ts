// SPDX-License-Identifier: MIT
import { ZeroAddress } from "ethers";

import { quoteDigest } from "../chain/quoteDigest.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { larger } from "../model/clearing/payoff.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { refusalOfForm } from "../model/trading/judgeQuote.ts";
import type { Quote } from "../model/trading/quotes.ts";

/** Who would take quotes, where and when. */
export interface QuoteUser {
  readonly domain: ClearingDomain;
  /** Unix seconds. */
  readonly now: bigint;
  /** Lower case: quotes for somebody else alone are left out. All are kept unless it is named. */
  readonly account?: string | undefined;
}

/** Boards decide how far ahead they look. */
const ANY_DEADLINE = { longestSeconds: 1n << 40n };

/**
 * Of what boards showed, each quote once, oldest first. A board is not believed: digests are made here, what makes no sense or
 * is over is left out, and of two that show the same the one that shows more of it counts. The chain tells what is left.
 */
export function usableQuotes(shown: readonly ShownQuote[], { domain, now, account }: QuoteUser): ShownQuote[] {
  const quotes = new Map<string, ShownQuote>();
  for (const given of shown) {
    if (!isMeant(given.quote, account) || refusalOfForm(given.quote, now, ANY_DEADLINE) !== undefined) continue;
    const digest = quoteDigest(domain, given.quote);
    const known = quotes.get(digest)?.available ?? given.available;
    quotes.set(digest, { ...given, digest, available: larger(known, given.available) });
  }
  return [...quotes.values()];
}

function isMeant({ taker }: Quote, account: string | undefined): boolean {
  return account === undefined || taker === ZeroAddress || taker === account;
}
