// SPDX-License-Identifier: MIT
import type { RouteAnswer, RouteRequest } from "../chain/serveHttp.ts";
import type { MarketVenue, TapeTrade } from "./VenueTape.ts";

/** What a venue answers: how it reads a request and how it writes a trade, or that it knows no such market. */
export interface VenueRoute {
  readonly venue: MarketVenue;
  readonly path: string;
  readonly market: (request: RouteRequest) => { base: string; quote: string } | undefined;
  readonly trade: (trade: TapeTrade, price: string, market: { base: string; quote: string }) => object;
  readonly unknown: RouteAnswer;
}

/** Kraken's older names; its answers put X and Z before the oldest currencies. */
const KRAKEN_NAMES: Readonly<Record<string, string>> = { BTC: "XBT" };
const KRAKEN_PREFIXED = new Set(["BTC", "ETH"]);

/** The venues' REST interfaces, each under a prefix of its own. */
export const VENUE_ROUTES: readonly VenueRoute[] = [
  {
    venue: "coinbase",
    path: "/coinbase/products/*",
    market: ({ path }) => split(/^\/coinbase\/products\/([A-Z0-9]+)-([A-Z]+)\/trades$/.exec(path)),
    trade: (trade, price) => [
      {
        trade_id: Number(trade.id),
        side: "buy",
        size: "0.05000000",
        price,
        time: new Date(Number(trade.tradedAtMs)).toISOString(),
      },
    ],
    unknown: { status: 404, body: { message: "NotFound" } },
  },
  {
    venue: "kraken",
    path: "/kraken/0/public/Trades",
    market: ({ query }) => {
      const found = split(/^([A-Z0-9]+?)(USD|USDT)$/.exec(query.get("pair") ?? ""));
      const base = Object.entries(KRAKEN_NAMES).find(([, name]) => name === found?.base)?.[0];
      return found && { base: base ?? found.base, quote: found.quote };
    },
    trade: (trade, price, { base, quote }) => {
      const name = KRAKEN_NAMES[base] ?? base;
      const pair = `${KRAKEN_PREFIXED.has(base) ? "X" : ""}${name}${quote === "USD" ? "Z" : ""}${quote}`;
      const row = [price, "0.05000000", Number(trade.tradedAtMs) / 1000, "b", "m", "", Number(trade.id)];
      return { error: [], result: { [pair]: [row], last: `${trade.tradedAtMs}000000` } };
    },
    unknown: { status: 200, body: { error: ["EQuery:Unknown asset pair"] } },
  },
  {
    venue: "binance",
    path: "/binance/api/v3/trades",
    market: ({ query }) => split(/^([A-Z0-9]+?)(USDT)$/.exec(query.get("symbol") ?? "")),
    trade: (trade, price) => [
      {
        id: Number(trade.id),
        price,
        qty: "0.05000000",
        quoteQty: "100.00000000",
        time: Number(trade.tradedAtMs),
        isBuyerMaker: true,
        isBestMatch: true,
      },
    ],
    unknown: { status: 400, body: { code: -1121, msg: "Invalid symbol." } },
  },
  {
    venue: "bitstamp",
    path: "/bitstamp/api/v2/transactions/*",
    market: ({ path }) => {
      const found = split(/^\/bitstamp\/api\/v2\/transactions\/([a-z0-9]+?)(usd|usdt)\/$/.exec(path));
      return found && { base: found.base.toUpperCase(), quote: found.quote.toUpperCase() };
    },
    trade: (trade, price) => [
      { date: `${trade.tradedAtMs / 1000n}`, tid: `${trade.id}`, amount: "0.05000000", type: "0", price },
    ],
    unknown: { status: 404, body: { status: "error", reason: "Invalid currency pair" } },
  },
];

function split(match: RegExpExecArray | null): { base: string; quote: string } | undefined {
  return match === null ? undefined : { base: match[1]!, quote: match[2]! };
}
