// SPDX-License-Identifier: MIT
import { FetchTransport } from "../../../scripts/chain/FetchTransport.ts";
import type { ShownQuote } from "../../../scripts/chain/quoteJson.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { clearingDomain } from "../../../scripts/model/clearing/quoteTypedData.ts";
import { askBoard } from "../../../scripts/trade/askBoard.ts";
import { usableQuotes } from "../../../scripts/trade/usableQuotes.ts";
import { boardWords } from "../model/boardWords.ts";
import type { ActPlace } from "./actParts.ts";

const TIMEOUT_MS = 8_000;

/**
 * What the board shows of a market that makes sense and may be taken by the account; of one expiry where it is named.
 * @param now Unix seconds. @throws BallastError `needsBoard` where none is named, `boardSilent` when it is of no use.
 */
export async function readOffers(
  { board, places, chainId, account }: Pick<ActPlace, "board" | "places" | "chainId" | "account">,
  market: bigint,
  expiry: bigint | undefined,
  now: bigint,
): Promise<ShownQuote[]> {
  if (board === undefined)
    throw new BallastError("needsBoard", "No quote board is named: its address goes where the endpoint’s does");
  const reader = { transport: new FetchTransport(), timeoutMs: TIMEOUT_MS };
  const shown = await askBoard(reader, board, market, expiry).catch((error: unknown) => {
    const words = boardWords(error);
    throw words === undefined ? error : new BallastError("boardSilent", `The board ${words}`, { cause: error });
  });
  return usableQuotes(shown, { domain: clearingDomain(chainId, places.house.address), now, account });
}
