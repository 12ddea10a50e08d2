// SPDX-License-Identifier: MIT
import { fetchJson } from "../chain/fetchJson.ts";
import type { Log } from "../chain/Log.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import { quoteDigest } from "../chain/quoteDigest.ts";
import { MOST_QUOTES_SHOWN, shownQuotesShape } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { Transport } from "../chain/Transport.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";

/** Where and how boards are asked. */
export interface BoardAccess {
  readonly transport: Transport;
  readonly boards: readonly string[];
  readonly timeoutMs: number;
  readonly domain: ClearingDomain;
  readonly log: Log;
}

/** Pages of one board at most: a board that never ends is not followed. */
const MOST_PAGES = 20;
const MAXIMUM_BYTES = 4_000_000;

/**
 * Quotes of a market, and of one expiry where it is named, on all boards that answer, each once, oldest first. A board is not believed: digests are made
 * here, and of two boards the one that knows of more fills counts.
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
  const quotes = new Map<string, ShownQuote>();
  for (const given of found.flat()) {
    const digest = quoteDigest(access.domain, given.quote);
    const known = quotes.get(digest)?.available ?? given.available;
    quotes.set(digest, { ...given, digest, available: known < given.available ? known : given.available });
  }
  return [...quotes.values()];
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
