// SPDX-License-Identifier: MIT
import { once } from "node:events";

import type { Clock } from "../chain/Clock.ts";
import type { Route, RouteAnswer, RouteRequest } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";
import { PRICE_DECIMALS } from "../model/constants.ts";
import { formatDecimal } from "../model/formatDecimal.ts";
import { faultRequestShape } from "./VenueFaults.ts";
import type { VenueFaults } from "./VenueFaults.ts";
import { VENUE_ROUTES } from "./venueRoutes.ts";
import type { VenueRoute } from "./venueRoutes.ts";
import type { VenueTape } from "./VenueTape.ts";

/** Everything the market serves: four venues under a prefix each, the truth for checking, and faults for tests. */
export function marketRoutes(clock: Clock, tape: VenueTape, faults: VenueFaults): Route[] {
  return [
    ...VENUE_ROUTES.map((format): Route => ({
      method: "GET",
      path: format.path,
      answer: (request) => answerVenue(format, request, clock, tape, faults),
    })),
    { method: "GET", path: "/truth", answer: ({ query }) => answerTruth(query, tape) },
    { method: "POST", path: "/admin/faults", answer: ({ body }) => answerFault(body, faults) },
  ];
}

async function answerVenue(
  format: VenueRoute,
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
