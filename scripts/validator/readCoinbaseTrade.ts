// SPDX-License-Identifier: MIT
import { z } from "zod";

import { fetchJson } from "../chain/fetchJson.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { parseDecimal } from "../model/parseDecimal.ts";
import type { TradeReader } from "./Trade.ts";

const shape = z.array(z.object({ price: z.string(), time: z.iso.datetime({ offset: true }) })).min(1);

/** Coinbase Exchange, newest first: `GET /products/ETH-USD/trades?limit=1`. The ticker's time is not a trade's. */
export const readCoinbaseTrade: TradeReader = async (transport, { baseUrl, symbol, timeoutMs }) => {
  const url = `${baseUrl}/products/${encodeURIComponent(symbol)}/trades?limit=1`;
  const [trade] = await fetchJson(transport, { url, timeoutMs }, shape);
  return { price: parseDecimal(trade!.price, PRICE_DECIMALS), tradedAtMs: BigInt(Date.parse(trade!.time)) };
};
