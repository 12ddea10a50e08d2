// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { bookId } from "../model/clearing/ids.ts";
import { larger } from "../model/clearing/payoff.ts";
import { legsOfFill } from "../model/trading/quotes.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import { findOffers } from "./findOffers.ts";
import { planTrade, requireFunds, together } from "./planTrade.ts";
import type { BookTrade, PlannedBook } from "./planTrade.ts";
import { legName } from "./legName.ts";
import type { NamedSeries } from "./series.ts";
import { marketNumbered } from "./TradeAccess.ts";
import type { Report, TakerAccess, TradeAccess, TradePlan } from "./TradeAccess.ts";

/** What somebody wants to open. */
export interface OpenOrder extends NamedSeries {
  /** 6 decimals: positive buys, negative writes. */
  readonly size: bigint;
  readonly subId: bigint;
  /** Most paid, or least taken, for one option, ledger units. */
  readonly limit?: bigint | undefined;
}

/** Buys or writes options through the best quotes on the boards, with the cash this takes, in one transaction. */
export async function planOpen(access: TradeAccess, order: OpenOrder, head: BlockFacts): Promise<TradePlan> {
  const trade = await tradeOf(access, order, head);
  const book = await planTrade(access, trade, head);
  await requireFunds(access, [book], head);
  const name = `${order.size > 0n ? "buy" : "write"} ${legName(order)}`;
  return {
    report: reportOf(name, trade, book),
    steps: [() => Promise.resolve({ name, to: access.views.house, data: together(access, book.calls) })],
  };
}

/** Writes options against the account's own collateral; the longs come into its wallet. */
export async function planMint(access: TradeAccess, order: OpenOrder, head: BlockFacts): Promise<TradePlan> {
  const { views, account } = access;
  const { market, expiry, subId, strike, isCall } = order;
  const size = order.size < 0n ? -order.size : order.size;
  const trade = { market, expiry, subId, traded: [{ strike, isCall, size: -size }], premium: 0n, fills: [] };
  const book = await planTrade(access, trade, head);
  await requireFunds(access, [book], head);
  const name = `write ${legName({ ...order, size: -size })} and keep the longs`;
  const mint = views.encode("mint", [bookId(account, market, expiry, subId), [{ strike, isCall, size }], account]);
  return {
    report: reportOf(name, trade, book),
    steps: [() => Promise.resolve({ name, to: views.house, data: together(access, [...book.calls, mint]) })],
  };
}

/** What an order comes to by quotes. */
export async function tradeOf(access: TakerAccess, order: OpenOrder, head: BlockFacts): Promise<BookTrade> {
  const { marketHash, market } = await marketNumbered(access, order.market, head);
  const { chosen, premium } = await findOffers(access, { ...order, marketHash }, head);
  const traded = chosen.flatMap(({ offer: { quote }, amount }) => legsOfFill(quote, amount, "taker"));
  return { market, expiry: order.expiry, subId: order.subId, traded, premium, fills: chosen };
}

/** What people look at before they agree. */
export function reportOf(action: string, trade: BookTrade, book: PlannedBook): Report {
  const amount = (value: bigint): string => `${shownAmount(value, book.unitDecimals)} ${book.symbol}`;
  const { premium } = trade;
  return {
    facts: {
      action,
      premium: premium < 0n ? `${amount(-premium)} received` : `${amount(premium)} paid`,
      fee: amount(book.after.fee),
      "put into the book": amount(book.after.needed),
      "cash afterwards": amount(book.after.cash - book.freed),
      "margin afterwards": amount(book.margin),
      ...(book.freed > 0n && { "back to the account": amount(book.freed) }),
      "worst case": amount(larger(premium + book.after.fee + book.maximumLoss, 0n)),
      quotes: `${trade.fills.length}`,
    },
  };
}
