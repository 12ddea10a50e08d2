// SPDX-License-Identifier: MIT
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { BallastError } from "../model/BallastError.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { parseDecimal } from "../model/parseDecimal.ts";
import type { TradeReader } from "./Trade.ts";

const trade = z.tuple([z.string(), z.string(), z.number().positive()]).rest(z.unknown());
const shape = z.object({
  error: z.array(z.string()),
  result: z.record(z.string(), z.union([z.array(trade), z.string()])).optional(),
});

/**
 * Kraken, newest last: `GET /0/public/Trades?pair=ETHUSD&count=1`. Errors come with status 200, and the answer names
 * the pair in another spelling than the question (XETHZUSD), so the only list in it is taken.
 */
export const readKrakenTrade: TradeReader = async (transport, { baseUrl, symbol, timeoutMs }) => {
  const url = `${baseUrl}/0/public/Trades?pair=${encodeURIComponent(symbol)}&count=1`;
  const answer = await fetchJson(transport, { url, timeoutMs }, shape);
  const newest = Object.values(answer.result ?? {})
    .find((value) => Array.isArray(value))
    ?.at(-1);
  if (answer.error.length > 0 || newest === undefined) {
    throw new BallastError("venueRefused", "Kraken gave no trade", {
      context: { url, errors: answer.error },
      retriable: true,
    });
  }

  return { price: parseDecimal(newest[0], PRICE_DECIMALS), tradedAtMs: BigInt(Math.round(newest[2] * 1000)) };
};
