// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { bookName } from "../model/book.ts";
import type { History } from "../model/happenings.ts";
import type { EndpointVerdict } from "../model/judgeEndpoints.ts";
import { unread } from "../model/Read.ts";
import type { Read } from "../model/Read.ts";
import type { SeenBlock, Snapshot } from "../model/snapshot.ts";
import type { Endpoint } from "./Endpoint.ts";
import { foldHistory } from "./foldHistory.ts";
import type { LogTail } from "./LogTail.ts";
import { Page } from "./Page.ts";
import type { Places } from "./Places.ts";
import { readBooks } from "./readBooks.ts";
import { readExpiries } from "./readExpiries.ts";
import { readFeeds } from "./readFeeds.ts";
import { readLastPrices } from "./readLastPrices.ts";
import { readMarkets } from "./readMarkets.ts";
import { readSetFacts, readValidators } from "./readValidators.ts";
import { readVaults } from "./readVaults.ts";

/** Where a look reads. */
export interface Look {
  readonly endpoint: Endpoint;
  /** Asked the same, and compared; undefined while there is none that can be. */
  readonly second: Endpoint | undefined;
  readonly head: SeenBlock;
  readonly verdict: EndpointVerdict;
  readonly nowMs: number;
}

/** Most books and expiries of a page: what is shown is bounded, and the page says what it leaves out. */
const MOST_BOOKS = 64;
const MOST_EXPIRIES = 24;
const WEEK = 7n * 86_400n;

/** Reads everything at one block: two pages of calls, the newest events, one transaction. @throws BallastError `endpointSilent`. */
export async function readSnapshot(places: Places, tail: LogTail, look: Look): Promise<Snapshot> {
  const { endpoint, second, head } = look;
  const history = await readHistory(places, tail, look);
  const first = new Page();
  const setFacts = readSetFacts(first, places);
  await first.read(endpoint, head.hash, second);

  const books = history.kind === "read" ? newestBooks(history.value.books, head.timestamp) : [];
  const page = new Page();
  const facts = setFacts();
  const told = {
    feeds: readFeeds(page, places, head.timestamp),
    markets: readMarkets(page, places, head.timestamp),
    set: facts.kind === "read" ? readValidators(page, places, facts.value) : () => facts,
    vaults: readVaults(page, places),
    expiries: readExpiries(page, places, expiriesOf(books)),
    books: readBooks(page, places, books.slice(0, MOST_BOOKS)),
  };
  const [, lastPrices] = await Promise.all([
    page.read(endpoint, head.hash, second),
    history.kind === "read" ? readLastPrices(endpoint, history.value.rounds) : history,
  ]);
  return {
    block: head,
    readAtMs: look.nowMs,
    endpoints: look.verdict,
    heartbeat: places.heartbeat,
    feeds: told.feeds(),
    markets: told.markets(),
    set: told.set(),
    lastPrices,
    vaults: told.vaults(),
    expiries: told.expiries(),
    books: told.books(),
    booksLeft: Math.max(books.length - MOST_BOOKS, 0),
    history,
  };
}

/** Nodes may refuse to show events and still answer calls. */
async function readHistory(places: Places, tail: LogTail, { endpoint, head }: Look): Promise<Read<History>> {
  try {
    const happenings = await tail.follow(endpoint, head);
    return { kind: "read", value: foldHistory(happenings, places, tail.from) };
  } catch (error) {
    if (error instanceof BallastError && error.code === "endpointRefused")
      return unread("refused", `the endpoint does not show events: ${error.message}`);
    throw error;
  }
}

/** Books of expiries that are not long over, those that were touched last first. */
function newestBooks(ids: readonly bigint[], now: bigint): bigint[] {
  return ids.filter((id) => bookName(id).expiry + WEEK > now);
}

/** Markets and expiries of these books, the nearest expiry first. */
function expiriesOf(ids: readonly bigint[]): { market: bigint; expiry: bigint }[] {
  const pairs = new Map(ids.map(bookName).map(({ market, expiry }) => [`${market} ${expiry}`, { market, expiry }]));
  return [...pairs.values()]
    .toSorted((a, b) => Number(a.expiry - b.expiry) || Number(a.market - b.market))
    .slice(-MOST_EXPIRIES);
}
