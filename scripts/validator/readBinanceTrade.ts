// SPDX-License-Identifier: MIT
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { parseDecimal } from "../model/parseDecimal.ts";
import type { TradeReader } from "./Trade.ts";

const shape = z.array(z.object({ price: z.string(), time: z.int().positive() })).min(1);

/** Binance, newest last: `GET /api/v3/trades?symbol=ETHUSDT&limit=1`, times in milliseconds. */
export const readBinanceTrade: TradeReader = async (transport, { baseUrl, symbol, timeoutMs }) => {
  const url = `${baseUrl}/api/v3/trades?symbol=${encodeURIComponent(symbol)}&limit=1`;
  const trade = (await fetchJson(transport, { url, timeoutMs }, shape)).at(-1)!;
  return { price: parseDecimal(trade.price, PRICE_DECIMALS), tradedAtMs: BigInt(trade.time) };
};
