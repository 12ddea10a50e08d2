// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { quotedMarket } from "../chain/ClearingViews.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { BallastError } from "../model/BallastError.ts";
import { bookId } from "../model/clearing/ids.ts";
import { maximumLossUp } from "../model/clearing/margin.ts";
import type { Leg } from "../model/clearing/types.ts";
import type { Choice } from "../model/trading/chooseQuotes.ts";
import { fundingOf } from "../model/trading/fundingOf.ts";
import type { Funding } from "../model/trading/fundingOf.ts";
import { addLegs, premiumOf } from "../model/trading/quotes.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import { marketNumbered } from "./TradeAccess.ts";
import type { TakerAccess } from "./TradeAccess.ts";

/** A change of one of the account's books, and what is paid for it. */
export interface BookTrade {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly subId: bigint;
  /** Legs by quotes: the account's side. */
  readonly traded: readonly Leg[];
  /** Paid for them, ledger units, negative when received. */
  readonly premium: bigint;
  readonly fills: Choice<ShownQuote>["chosen"];
  /** Legs that longs of the account's wallet add, before. */
  readonly brought?: readonly { readonly seriesId: bigint; readonly leg: Leg }[];
}

/** A book before and after, and what must be called for it, in this order. */
export interface PlannedBook {
  readonly id: bigint;
  readonly unitDecimals: number;
  readonly symbol: string;
  readonly token: string;
  readonly before: Funding["legs"];
  readonly after: Funding;
  /** Initial margin afterwards, ledger units. */
  readonly margin: bigint;
  readonly maximumLoss: bigint;
  /** Cash that is free afterwards because no option is left. */
  readonly freed: bigint;
  readonly calls: readonly string[];
}

/** What a trade of one book takes. Reads at one block; sends nothing. */
export async function planTrade(access: TakerAccess, trade: BookTrade, head: BlockFacts): Promise<PlannedBook> {
  const { views, account, bufferBps } = access;
  const market = await marketNumbered(access, trade.market, head);
  const id = bookId(account, trade.market, trade.expiry, trade.subId);
  const book = await views.book(id, head);
  if (book.state !== 0n)
    throw new BallastError("bookClosed", "The book is flagged or settled", {
      context: { book: id, state: book.state },
    });
  const terms = quotedMarket(market);
  const brought = (trade.brought ?? []).map(({ leg }) => leg);
  const held = { ...book, legs: addLegs(book.legs, brought) };
  const legs = addLegs(held.legs, trade.traded);
  const margin = await marginOf(access, trade, legs, head);
  // Each fill rounds its fee up by itself.
  const premium = trade.premium + BigInt(trade.fills.length > 1 && margin > 0n ? trade.fills.length : 0);
  const after = fundingOf(held, trade.traded, premium, margin, terms, bufferBps);
  const { symbol } = await views.token(market.params.collateral, head);
  const freed = legs.length === 0 ? after.cash : 0n;
  return {
    id,
    unitDecimals: terms.terms.unitDecimals,
    symbol,
    token: market.params.collateral,
    before: book.legs,
    after,
    margin,
    maximumLoss: maximumLossUp(legs, terms.terms),
    freed,
    calls: [
      ...(after.needed > 0n ? [views.encode("fund", [id, after.needed])] : []),
      ...(trade.brought ?? []).map(({ seriesId, leg }) => views.encode("depositLong", [id, seriesId, leg.size])),
      ...(trade.fills.length > 0 ? [fillCall(access, trade)] : []),
      ...(freed > 0n ? [views.encode("defund", [id, freed, account])] : []),
    ],
  };
}

/** Of legs with shorts; longs alone need none. */
async function marginOf(
  { views }: TakerAccess,
  { market, expiry }: BookTrade,
  legs: readonly Leg[],
  head: BlockFacts,
): Promise<bigint> {
  if (!legs.some(({ size }) => size < 0n)) return 0n;
  return (await views.requirementOf(market, expiry, legs, head)).initial.amount;
}

/** What brings premium comes first: it pays for the rest, and a book needs cash for the sum only. */
function fillCall({ views, account }: TakerAccess, { fills, subId }: BookTrade): string {
  const paid = ({ offer, amount }: BookTrade["fills"][number]): bigint => premiumOf(offer.quote, amount);
  const given = fills
    .toSorted((a, b) => (paid(a) < paid(b) ? -1 : paid(a) > paid(b) ? 1 : 0))
    .map(({ offer: { quote, signature }, amount }) => ({
      quote,
      signature,
      takerOwner: account,
      takerSubId: subId,
      amount,
    }));
  return views.encode("fillQuotes", [given]);
}

/** All calls in one transaction: all or none of them. */
export function together({ views }: Pick<TakerAccess, "views">, calls: readonly string[]): string {
  return calls.length === 1 ? calls[0]! : views.encode("multicall", [calls]);
}

/** @throws BallastError `needsDeposit` when the account has less free balance than a trade takes, by token. */
export async function requireFunds(
  { views, account }: TakerAccess,
  books: readonly PlannedBook[],
  head: BlockFacts,
): Promise<void> {
  for (const token of new Set(books.map((book) => book.token))) {
    const own = books.filter((book) => book.token === token);
    const needed = own.reduce((sum, { after }) => sum + after.needed, 0n);
    // What an earlier book of the same transaction frees pays for a later one.
    const freed = own.slice(0, -1).reduce((sum, book) => sum + book.freed, 0n);
    const free = (await views.freeBalance(account, token, head)) + freed;
    if (free >= needed) continue;
    const { symbol, unitDecimals } = own[0]!;
    throw new BallastError("needsDeposit", `The trade takes more ${symbol} than the account has free: deposit first`, {
      context: { token, needed: shownAmount(needed, unitDecimals), free: shownAmount(free, unitDecimals) },
    });
  }
}
