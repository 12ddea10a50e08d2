// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { bookId, seriesId } from "../model/clearing/ids.ts";
import { larger, smaller } from "../model/clearing/payoff.ts";
import type { BookTrade } from "./planTrade.ts";
import type { NamedSeries } from "./series.ts";
import type { TakerAccess } from "./TradeAccess.ts";

/** Where the account stands in a series; options, 6 decimals. */
export interface Held {
  /** In the book, shorts negative. */
  readonly inBook: bigint;
  /** Longs in the wallet. */
  readonly longs: bigint;
}

/** A series in one of the account's books. */
export type HeldSeries = NamedSeries & { readonly subId: bigint };

/** What the book of the account holds of a series, and its wallet, at a block. */
export async function heldOf({ views, account }: TakerAccess, series: HeldSeries, head: BlockFacts): Promise<Held> {
  const { market, expiry, strike, isCall, subId } = series;
  const { legs } = await views.book(bookId(account, market, expiry, subId), head);
  const leg = legs.find((one) => one.strike === strike && one.isCall === isCall);
  const longs = await views.longs(account, seriesId(market, expiry, strike, isCall), head);
  return { inBook: leg?.size ?? 0n, longs };
}

/** Longs of the wallet that go into the book before so many options are sold out of it; none that are there already. Pure. */
export function longsBefore(size: bigint, { inBook, longs }: Held): bigint {
  return smaller(longs, larger(size - larger(inBook, 0n), 0n));
}

/** A sale with the longs of the wallet that it takes. */
export async function withOwnLongs(
  access: TakerAccess,
  series: HeldSeries & { readonly size: bigint },
  trade: BookTrade,
  head: BlockFacts,
): Promise<BookTrade> {
  const taken = longsBefore(-series.size, await heldOf(access, series, head));
  return taken === 0n ? trade : { ...trade, brought: [longOf(series, taken)] };
}

/** So many longs of a series, as a leg of a book. */
export function longOf(
  { market, expiry, strike, isCall }: NamedSeries,
  size: bigint,
): NonNullable<BookTrade["brought"]>[0] {
  return { seriesId: seriesId(market, expiry, strike, isCall), leg: { strike, isCall, size } };
}
