// SPDX-License-Identifier: MIT
import { fetchJson } from "../chain/fetchJson.ts";
import { MOST_QUOTES_SHOWN, shownQuotesShape } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { Transport } from "../chain/Transport.ts";

/** How boards are asked. */
export interface BoardReader {
  readonly transport: Transport;
  readonly timeoutMs: number;
}

/** Pages of one board at most: a board that never ends is not followed. */
const MOST_PAGES = 20;
const MAXIMUM_BYTES = 4_000_000;

/**
 * What one board shows of a market, and of one expiry where it is named: whatever it says, none of it is checked yet.
 * @throws BallastError when it does not answer, or with what is no list of quotes.
 */
export async function askBoard(
  { transport, timeoutMs }: BoardReader,
  board: string,
  market: bigint,
  expiry?: bigint,
): Promise<ShownQuote[]> {
  const query = `market=${market}${expiry === undefined ? "" : `&expiry=${expiry}`}&limit=${MOST_QUOTES_SHOWN}`;
  const found: ShownQuote[] = [];
  let after = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const request = { url: `${board}/quotes?${query}${after}`, timeoutMs, maximumBytes: MAXIMUM_BYTES };
    const { quotes, next } = await fetchJson(transport, request, shownQuotesShape);
    found.push(...quotes);
    if (next === undefined) break;
    after = `&after=${next}`;
  }
  return found;
}
