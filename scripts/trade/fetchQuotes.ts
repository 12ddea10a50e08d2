// SPDX-License-Identifier: MIT
import type { Log } from "../chain/Log.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { askBoard } from "./askBoard.ts";
import type { BoardReader } from "./askBoard.ts";
import { usableQuotes } from "./usableQuotes.ts";
import type { QuoteUser } from "./usableQuotes.ts";

/** Where and how boards are asked. */
export interface BoardAccess extends BoardReader, Pick<QuoteUser, "domain" | "account"> {
  readonly boards: readonly string[];
  readonly log: Log;
  /** Unix seconds. */
  readonly now: () => Promise<bigint>;
}

/**
 * Quotes of a market, and of one expiry where it is named, on all boards that answer, as {@link usableQuotes} has them: no
 * board hides what another one shows.
 */
export async function fetchQuotes(access: BoardAccess, market: bigint, expiry?: bigint): Promise<ShownQuote[]> {
  const { boards, domain, account, log } = access;
  const found = await Promise.all(
    boards.map((board) =>
      askBoard(access, board, market, expiry).catch((error: unknown) => {
        log.warn({ board, ...errorFacts(error) }, "a board does not answer");
        return [];
      }),
    ),
  );
  return usableQuotes(found.flat(), { domain, account, now: await access.now() });
}
