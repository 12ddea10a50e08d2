// SPDX-License-Identifier: MIT
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { BallastError } from "../model/BallastError.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { parseDecimal } from "../model/parseDecimal.ts";
import type { TradeReader } from "./Trade.ts";

const shape = z.array(z.object({ price: z.string(), date: z.string().regex(/^\d{1,12}$/) }));

/** Bitstamp, newest first: `GET /api/v2/transactions/ethusd/?time=minute`, times in whole seconds. */
export const readBitstampTrade: TradeReader = async (transport, { baseUrl, symbol, timeoutMs }) => {
  const url = `${baseUrl}/api/v2/transactions/${encodeURIComponent(symbol)}/?time=minute`;
  const [newest] = await fetchJson(transport, { url, timeoutMs }, shape);
  if (newest === undefined) {
    throw new BallastError("venueSilent", "Bitstamp had no trade in the last minute", {
      context: { url },
      retriable: true,
    });
  }
  return { price: parseDecimal(newest.price, PRICE_DECIMALS), tradedAtMs: BigInt(newest.date) * 1000n };
};
