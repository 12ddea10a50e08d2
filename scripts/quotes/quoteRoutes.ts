// SPDX-License-Identifier: MIT
import type { Counter } from "prom-client";

import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { ClearingViews, NumberedMarket } from "../chain/ClearingViews.ts";
import { MOST_QUOTES_SHOWN, shownQuoteJson, signedQuoteShape } from "../chain/quoteJson.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { Route, RouteAnswer } from "../chain/serveHttp.ts";
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
  /** Offers checked against the chain at once. */
  readonly checks: number;
}

const MANY = 200;

/** `POST /quotes`, `GET /quotes`, `GET /markets`. */
export function quoteRoutes(parts: QuoteRouteParts): Route[] {
  const offer = offers(parts);
  return [
    { method: "POST", path: "/quotes", answer: ({ body }) => offer(body) },
    { method: "GET", path: "/quotes", answer: ({ query }) => ({ body: page(parts.board, query) }) },
    { method: "GET", path: "/markets", answer: () => markets(parts) },
  ];
}

/** Takes offers, so many at a time: cheap refusals first, the chain last. */
function offers({ board, checker, offered, checks }: QuoteRouteParts): (body: string) => Promise<RouteAnswer> {
  let underWay = 0;
  const refuse = (status: number, error: string): RouteAnswer => {
    offered.inc({ outcome: error });
    return { status, body: { error } };
  };
  return async (body) => {
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
    if (underWay >= checks) return refuse(503, "busy");

    underWay += 1;
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
      underWay -= 1;
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

async function markets({ agreed, views, board }: QuoteRouteParts): Promise<RouteAnswer> {
  try {
    const found = await views.markets(await agreed.head());
    return { body: { markets: found.map((market) => marketJson(market, board)) } };
  } catch (error) {
    if (error instanceof BallastError) return { status: 503, body: { error: "chainUnavailable" } };
    throw error;
  }
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
