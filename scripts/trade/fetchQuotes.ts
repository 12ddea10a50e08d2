// SPDX-License-Identifier: MIT
import { ZeroAddress } from "ethers";

import { fetchJson } from "../chain/fetchJson.ts";
import type { Log } from "../chain/Log.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import { quoteDigest } from "../chain/quoteDigest.ts";
import { MOST_QUOTES_SHOWN, shownQuotesShape } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { Transport } from "../chain/Transport.ts";
import { larger } from "../model/clearing/payoff.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { refusalOfForm } from "../model/trading/judgeQuote.ts";
import type { Quote } from "../model/trading/quotes.ts";

/** Where and how boards are asked. */
export interface BoardAccess {
  readonly transport: Transport;
  readonly boards: readonly string[];
  readonly timeoutMs: number;
  readonly domain: ClearingDomain;
  readonly log: Log;
  /** Unix seconds. */
  readonly now: () => Promise<bigint>;
  /** Who would take them, lower case: quotes for somebody else alone are left out. All are kept unless it is named. */
  readonly account?: string;
}

/** Pages of one board at most: a board that never ends is not followed. */
const MOST_PAGES = 20;
const MAXIMUM_BYTES = 4_000_000;

/** Boards decide how far ahead they look. */
const ANY_DEADLINE = { longestSeconds: 1n << 40n };

/**
 * Quotes of a market, and of one expiry where it is named, on all boards that answer, each once, oldest first. A board is not
 * believed: digests are made here, what makes no sense or is over is left out, and of two boards the one that shows more of a
 * quote counts. The chain tells what is left of it, and no board hides what another one shows.
 */
export async function fetchQuotes(access: BoardAccess, market: bigint, expiry?: bigint): Promise<ShownQuote[]> {
  const query = `market=${market}${expiry === undefined ? "" : `&expiry=${expiry}`}&limit=${MOST_QUOTES_SHOWN}`;
  const found = await Promise.all(
    access.boards.map((board) =>
      allPages(access, `${board}/quotes?${query}`).catch((error: unknown) => {
        access.log.warn({ board, ...errorFacts(error) }, "a board does not answer");
        return [];
      }),
    ),
  );
  const now = await access.now();
  const quotes = new Map<string, ShownQuote>();
  for (const given of found.flat()) {
    if (!isMeant(given.quote, access.account) || refusalOfForm(given.quote, now, ANY_DEADLINE) !== undefined) continue;
    const digest = quoteDigest(access.domain, given.quote);
    const known = quotes.get(digest)?.available ?? given.available;
    quotes.set(digest, { ...given, digest, available: larger(known, given.available) });
  }
  return [...quotes.values()];
}

function isMeant({ taker }: Quote, account: string | undefined): boolean {
  return account === undefined || taker === ZeroAddress || taker === account;
}

async function allPages({ transport, timeoutMs }: BoardAccess, url: string): Promise<ShownQuote[]> {
  const found: ShownQuote[] = [];
  let after = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const request = { url: `${url}${after}`, timeoutMs, maximumBytes: MAXIMUM_BYTES };
    const { quotes, next } = await fetchJson(transport, request, shownQuotesShape);
    found.push(...quotes);
    if (next === undefined) break;
    after = `&after=${next}`;
  }
  return found;
}
