// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { NumberedMarket } from "../chain/ClearingViews.ts";
import type { ExpiryOverview } from "../chain/clearingShapes.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { topOfBook } from "../model/trading/chooseQuotes.ts";
import { modeName } from "../model/trading/modeName.ts";
import { shownAmount, shownTime } from "../model/trading/shownAmount.ts";
import { seriesName } from "./legName.ts";
import { marketNumbered } from "./TradeAccess.ts";
import type { Report, TradeAccess } from "./TradeAccess.ts";

const DAY = 86_400n;
const EXPIRY_SECOND = 28_800n;
/** Farthest expiry that opens, days. */
const LONGEST_DAYS = 90n;

/** Markets with their price and mode. */
export async function showMarkets(access: TradeAccess, head: BlockFacts): Promise<Report> {
  const markets = await access.views.markets(head);
  return { tables: { markets: await Promise.all(markets.map((market) => marketRow(access, market, head))) } };
}

/** One market, expiry by expiry: what is open, and what boards bid and offer. */
export async function showMarket(access: TradeAccess, number: bigint, head: BlockFacts): Promise<Report> {
  const market = await marketNumbered(access, number, head);
  const quotes = await access.quotesOf(number);
  const expiries = nextExpiries(head.timestamp);
  const open = await Promise.all(expiries.map((expiry) => access.views.expiryOverview(number, expiry, head)));
  const series = expiries.flatMap((expiry, index) => seriesRows(market, expiry, open[index]!, quotes));
  return { tables: { markets: [await marketRow(access, market, head)], series } };
}

async function marketRow(
  { views }: TradeAccess,
  { market, params, parameters, state }: NumberedMarket,
  head: BlockFacts,
): Promise<Record<string, string>> {
  const { symbol } = await views.token(params.collateral, head);
  const reading = await views.reading(market, nextExpiries(head.timestamp)[0]!, head);
  return {
    market: `${market}`,
    collateral: symbol,
    kind: params.kind,
    feed: `${params.feed}`,
    price: reading === undefined ? "-" : shownAmount(reading.price, PRICE_DECIMALS),
    mode: reading === undefined ? "Halted" : modeName(reading.mode),
    opens: reading?.opens === true && !state.isSunset ? "yes" : "no",
    "strike step": shownAmount(parameters.strikeStep, 4),
    "least size": shownAmount(parameters.minimumSize, 6),
    "open, USD": shownAmount(state.openNotional, 2),
    insurance: shownAmount(state.insurance, Number(state.unitDecimals)),
  };
}

function seriesRows(
  market: NumberedMarket,
  expiry: bigint,
  { series }: ExpiryOverview,
  all: readonly ShownQuote[],
): Record<string, string>[] {
  const quotes = all.filter(({ quote }) => quote.expiry === expiry);
  const open = new Map(series.map(({ series: one }) => [`${one.strike} ${one.isCall}`, one.openInterest]));
  const offered = quotes.flatMap(({ quote }) => (quote.legs.length === 1 ? quote.legs : []));
  const keys = new Set([...open.keys(), ...offered.map(({ strike, isCall }) => `${strike} ${isCall}`)]);
  const shown = (value: bigint | undefined): string =>
    value === undefined ? "-" : shownAmount(value, Number(market.state.unitDecimals));
  return [...keys]
    .map((key) => ({ key, strike: BigInt(key.split(" ")[0]!), isCall: key.endsWith("true") }))
    .toSorted((a, b) => Number(a.strike - b.strike) || Number(b.isCall) - Number(a.isCall))
    .map(({ key, strike, isCall }) => {
      const { ask, bid } = topOfBook(quotes, { marketHash: market.marketHash, expiry, strike, isCall });
      return {
        expiry: shownTime(expiry),
        series: seriesName({ expiry, strike, isCall }),
        bid: shown(bid),
        ask: shown(ask),
        "open interest": shownAmount(open.get(key) ?? 0n, 6),
      };
    });
}

/** All that may be open now, the next one first. */
function nextExpiries(now: bigint): bigint[] {
  const first = ((now - EXPIRY_SECOND) / DAY + 1n) * DAY + EXPIRY_SECOND;
  return Array.from({ length: Number(LONGEST_DAYS) }, (_, index) => first + BigInt(index) * DAY).filter(
    (expiry) => expiry <= now + LONGEST_DAYS * DAY,
  );
}
