// SPDX-License-Identifier: MIT
import { once } from "node:events";

import type { Clock } from "../chain/Clock.ts";
import type { Route, RouteAnswer, RouteRequest } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { formatDecimal } from "../model/formatDecimal.ts";
import { faultRequestShape } from "./VenueFaults.ts";
import type { VenueFaults } from "./VenueFaults.ts";
import type { MarketVenue, TapeTrade, VenueTape } from "./VenueTape.ts";

/** What a venue answers: how it reads a request and how it writes a trade, or that it knows no such market. */
interface VenueFormat {
  readonly venue: MarketVenue;
  readonly path: string;
  readonly market: (request: RouteRequest) => { base: string; quote: string } | undefined;
  readonly trade: (trade: TapeTrade, price: string, market: { base: string; quote: string }) => object;
  readonly unknown: RouteAnswer;
}

/** Kraken's older names; its answers put X and Z before the oldest currencies. */
const KRAKEN_NAMES: Readonly<Record<string, string>> = { BTC: "XBT" };
const KRAKEN_PREFIXED = new Set(["BTC", "ETH"]);

const FORMATS: readonly VenueFormat[] = [
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

/** Everything the market serves: four venues under a prefix each, the truth for checking, and faults for tests. */
export function marketRoutes(clock: Clock, tape: VenueTape, faults: VenueFaults): Route[] {
  return [
    ...FORMATS.map((format): Route => ({
      method: "GET",
      path: format.path,
      answer: (request) => answerVenue(format, request, clock, tape, faults),
    })),
    { method: "GET", path: "/truth", answer: ({ query }) => answerTruth(query, tape) },
    { method: "POST", path: "/admin/faults", answer: ({ body }) => answerFault(body, faults) },
  ];
}

async function answerVenue(
  format: VenueFormat,
  request: RouteRequest,
  clock: Clock,
  tape: VenueTape,
  faults: VenueFaults,
): Promise<RouteAnswer> {
  const { venue } = format;
  const fault = faults.of(venue);
  if (fault.kind === "outage") return { status: 503, body: "service unavailable" };
  if (fault.kind === "garbage") return { body: "<html>maintenance</html>" };
  if (fault.kind === "hang" && !request.signal.aborted) await once(request.signal, "abort");

  const market = format.market(request);
  const visibleMs = faults.visibleUntil(venue, await clock.now());
  const trade = market && tape.latest(venue, market.base, market.quote, visibleMs);
  if (market === undefined || trade === undefined) return format.unknown;

  const bent = faults.bend(venue, trade);
  return { body: format.trade(bent, formatDecimal(bent.price, PRICE_DECIMALS, bent.decimals), market) };
}

function answerTruth(query: URLSearchParams, tape: VenueTape): RouteAnswer {
  const feed = query.get("feed") ?? "";
  const at = query.get("at") ?? "";
  if (!/^\d{1,18}$/.test(at)) throw new BallastError("badRequest", "at is a time in milliseconds");
  const price = tape.truth(feed, BigInt(at));
  return price === undefined
    ? { status: 404, body: { error: "unknown feed" } }
    : { body: { feed, atMs: at, price: price.toString() } };
}

function answerFault(body: string, faults: VenueFaults): RouteAnswer {
  const parsed = faultRequestShape.safeParse(parseJson(body));
  if (!parsed.success) throw new BallastError("badRequest", parsed.error.message);
  faults.set(parsed.data.venue, parsed.data.fault);
  return { body: { ok: true } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function split(match: RegExpExecArray | null): { base: string; quote: string } | undefined {
  return match === null ? undefined : { base: match[1]!, quote: match[2]! };
}
