// SPDX-License-Identifier: MIT
import type { Counter } from "prom-client";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ClearingViews, NumberedMarket } from "../chain/ClearingViews.ts";
import { MOST_QUOTES_SHOWN, shownQuoteJson, signedQuoteShape } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { Route, RouteAnswer } from "../chain/serveHttp.ts";
import type { Timer } from "../chain/Timer.ts";
import { BallastError } from "../model/BallastError.ts";
import type { SignedQuote } from "../model/trading/quotes.ts";
import type { QuoteBoard } from "./QuoteBoard.ts";
import type { QuoteChecker } from "./QuoteChecker.ts";
import { quoteFilter } from "./quoteFilter.ts";

/** What the routes work with. */
export interface QuoteRouteParts {
  readonly board: QuoteBoard;
  readonly checker: QuoteChecker;
  readonly agreed: AgreedChain;
  readonly views: ClearingViews;
  readonly offered: Counter<"outcome">;
  /** Brings the board up to date and tells whether it may be shown. */
  readonly refresh: () => Promise<boolean>;
  /** Offers checked against the chain at once, of all callers and of one. */
  readonly checks: number;
  readonly checksPerAddress: number;
  readonly timer: Timer;
}

const MANY = 200;
/** What markets are is read from the chain so often at most, however many ask. */
const MARKETS_AGE_MS = 5_000;

/** `POST /quotes`, `GET /quotes`, `GET /markets`; the last two are for pages as well. */
export function quoteRoutes(parts: QuoteRouteParts): Route[] {
  const offer = offers(parts);
  return [
    { method: "POST", path: "/quotes", answer: ({ body, caller }) => offer(body, caller) },
    { method: "GET", path: "/quotes", answer: ({ query }) => shown(parts, query), isForPages: true },
    { method: "GET", path: "/markets", answer: markets(parts), isForPages: true },
  ];
}

/** Nothing where the board cannot tell what is true: an empty answer would say that nobody offers anything. */
async function shown({ board, refresh }: QuoteRouteParts, query: URLSearchParams): Promise<RouteAnswer> {
  return (await refresh()) ? { body: page(board, query) } : UNAVAILABLE;
}

const UNAVAILABLE: RouteAnswer = { status: 503, body: { error: "chainUnavailable" } };

/** Takes offers, so many at a time: cheap refusals first, the chain last. */
function offers(parts: QuoteRouteParts): (body: string, caller: string) => Promise<RouteAnswer> {
  const { board, checker, offered, checks, checksPerAddress } = parts;
  const underWay: string[] = [];
  const refuse = (status: number, error: string): RouteAnswer => {
    offered.inc({ outcome: error });
    return { status, body: { error } };
  };
  return async (body, caller) => {
    const parsed = signedQuoteShape.safeParse(parseJson(body));
    if (!parsed.success) return refuse(400, "malformed");
    const signed: SignedQuote = parsed.data;
    const reason = await checker.refusalOfForm(signed.quote);
    if (reason !== undefined) return refuse(422, reason);
    const digest = checker.digestOf(signed.quote);
    const noPlace = (): RouteAnswer | undefined => {
      const found = board.refusalOf(digest, signed.quote.maker);
      if (found === "known") return { status: 200, body: { digest } };
      return found === undefined ? undefined : refuse(429, found);
    };
    const full = noPlace();
    if (full !== undefined) return full;
    const own = underWay.filter((one) => one === caller).length;
    if (underWay.length >= checks || own >= checksPerAddress) return refuse(503, "busy");

    underWay.push(caller);
    try {
      const verdict = await checker.check(signed);
      if (verdict.kind === "refused") return refuse(422, verdict.reason);
      const fullNow = noPlace(); // others came meanwhile
      if (fullNow !== undefined) return fullNow;
      const { market, available } = verdict;
      board.add({ ...signed, digest, market, available });
      offered.inc({ outcome: "added" });
      return { status: 201, body: { digest } };
    } catch (error) {
      if (error instanceof BallastError) return refuse(503, "chainUnavailable");
      throw error;
    } finally {
      underWay.splice(underWay.indexOf(caller), 1);
    }
  };
}

function page(board: QuoteBoard, query: URLSearchParams): object {
  const most = Number(query.get("limit") ?? MANY);
  if (!Number.isInteger(most) || most < 1 || most > MOST_QUOTES_SHOWN)
    throw new BallastError("badRequest", `limit is 1 to ${MOST_QUOTES_SHOWN}`);
  const found: ShownQuote[] = board.list(quoteFilter(query), most + 1, query.get("after") ?? undefined);
  const quotes = found.slice(0, most).map(shownQuoteJson);
  return { quotes, ...(found.length > most && { next: quotes.at(-1)!.digest }) };
}

function markets({ agreed, views, board, timer }: QuoteRouteParts): () => Promise<RouteAnswer> {
  let known: { readonly atMs: number; readonly found: Promise<readonly NumberedMarket[]> } | undefined;
  const read = async (): Promise<readonly NumberedMarket[]> => views.markets(await agreed.head());
  return async () => {
    const atMs = timer.elapsedMs();
    if (known === undefined || atMs - known.atMs >= MARKETS_AGE_MS) known = { atMs, found: read() };
    try {
      return { body: { markets: (await known.found).map((market) => marketJson(market, board)) } };
    } catch (error) {
      known = undefined;
      if (error instanceof BallastError) return UNAVAILABLE;
      throw error;
    }
  };
}

function marketJson({ market, marketHash, params, parameters, state }: NumberedMarket, board: QuoteBoard): object {
  return {
    market: market.toString(),
    marketHash,
    kind: params.kind,
    collateral: params.collateral,
    feed: params.feed.toString(),
    strikeStep: parameters.strikeStep.toString(),
    minimumSize: parameters.minimumSize.toString(),
    isSunset: state.isSunset,
    quotes: board.list({ market }).length,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
