// SPDX-License-Identifier: MIT
import { readBinanceTrade } from "./readBinanceTrade.ts";
import { readBitstampTrade } from "./readBitstampTrade.ts";
import { readCoinbaseTrade } from "./readCoinbaseTrade.ts";
import { readKrakenTrade } from "./readKrakenTrade.ts";
import type { TradeReader } from "./Trade.ts";

/** Formats a validator can read. */
export const VENUE_FORMATS = ["coinbase", "kraken", "binance", "bitstamp"] as const;

/** A venue's REST format. */
export type VenueFormat = (typeof VENUE_FORMATS)[number];

/** Reader of each format. */
export const tradeReaders: Readonly<Record<VenueFormat, TradeReader>> = {
  coinbase: readCoinbaseTrade,
  kraken: readKrakenTrade,
  binance: readBinanceTrade,
  bitstamp: readBitstampTrade,
};
