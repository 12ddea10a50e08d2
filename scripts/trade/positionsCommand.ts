// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { quotedMarket } from "../chain/ClearingViews.ts";
import type { NumberedMarket } from "../chain/ClearingViews.ts";
import type { AccountOverview, BookOverview, ExpiryOverview } from "../chain/clearingShapes.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { toUnitsDown } from "../model/clearing/payoff.ts";
import { optionValue } from "../model/trading/optionValue.ts";
import { topOfBook } from "../model/trading/chooseQuotes.ts";
import type { AccountGroup } from "../model/trading/foldAccount.ts";
import { shownAmount, shownTime } from "../model/trading/shownAmount.ts";
import { seriesName } from "./legName.ts";
import type { Report, TradeAccess } from "./TradeAccess.ts";
import { vaultRows } from "./vaultCommands.ts";

/** A market and expiry of the account, with all that is known of it. */
interface Holding {
  readonly group: AccountGroup;
  readonly market: NumberedMarket;
  readonly symbol: string;
  readonly expiry: ExpiryOverview;
  readonly account: AccountOverview;
  readonly books: readonly { readonly id: bigint; readonly book: BookOverview; readonly margin: Margin }[];
  readonly quotes: readonly ShownQuote[];
  /** 8 decimals; none without a price. */
  readonly price: bigint | undefined;
  readonly now: bigint;
}

interface Margin {
  readonly initial: bigint;
  readonly maintenance: bigint;
}

/** What one option is worth, ledger units, and how that is known. */
interface Mark {
  readonly value: bigint | undefined;
  readonly source: "settled" | "quotes" | "model" | "none";
}

interface Line {
  readonly where: string;
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly size: bigint;
}

const SIZE_ONE = 1_000_000n;
const STATES = ["healthy", "flagged", "settled"] as const;
const FIELD = (1n << 32n) - 1n;

/** What an account has and what it made of it: one row per series, per book, and per expiry. */
export async function showPositions(
  access: TradeAccess,
  groups: readonly AccountGroup[],
  head: BlockFacts,
): Promise<Report> {
  const markets = await access.views.markets(head);
  const holdings: Holding[] = [];
  for (const group of groups) {
    const market = markets.find(({ market: number }) => number === group.market);
    if (market !== undefined) holdings.push(await holdingOf(access, group, market, head));
  }
  return {
    tables: {
      balances: await balances(access, markets, head),
      options: holdings.flatMap((holding) => optionRows(access, holding)),
      books: holdings.flatMap(bookRows),
      profit: holdings.map((holding) => profitRow(access, holding)),
      ...(access.vaults !== undefined && { vaults: await vaultRows(access, head) }),
    },
  };
}

async function holdingOf(
  access: TradeAccess,
  group: AccountGroup,
  market: NumberedMarket,
  head: BlockFacts,
): Promise<Holding> {
  const { views, account } = access;
  const { expiry } = group;
  const [{ symbol }, shown, own, reading] = await Promise.all([
    views.token(market.params.collateral, head),
    views.expiryOverview(group.market, expiry, head),
    views.accountOverview(account, group.market, expiry, head),
    expiry > head.timestamp ? views.reading(group.market, expiry, head) : Promise.resolve(undefined),
  ]);
  const books = await Promise.all(group.books.map((id) => bookOf(access, id, head)));
  const quotes = expiry > head.timestamp ? await access.quotesOf(group.market, expiry) : [];
  const price = reading?.price;
  return { group, market, symbol, expiry: shown, account: own, books, quotes, price, now: head.timestamp };
}

async function bookOf({ views }: TradeAccess, id: bigint, head: BlockFacts): Promise<Holding["books"][number]> {
  const [book, { initial, maintenance }] = await Promise.all([
    views.bookOverview(id, head),
    views.requirement(id, head),
  ]);
  return { id, book, margin: { initial: initial.amount, maintenance: maintenance.amount } };
}

async function balances(
  { views, account }: TradeAccess,
  markets: readonly NumberedMarket[],
  head: BlockFacts,
): Promise<Record<string, string>[]> {
  const tokens = new Map(markets.map((market) => [market.params.collateral, Number(market.state.unitDecimals)]));
  return Promise.all(
    [...tokens].map(async ([token, unitDecimals]) => {
      const { symbol, decimals } = await views.token(token, head);
      const { balance } = await views.wallet(account, token, head);
      const free = await views.freeBalance(account, token, head);
      return { token: symbol, wallet: shownAmount(balance, Number(decimals)), free: shownAmount(free, unitDecimals) };
    }),
  );
}

function optionRows(access: TradeAccess, holding: Holding): Record<string, string>[] {
  const { group, symbol } = holding;
  return linesOf(holding).map((line) => {
    const { value, source } = markOf(access, holding, line);
    return {
      market: `${group.market}`,
      series: seriesName({ ...line, expiry: group.expiry }),
      where: line.where,
      size: shownAmount(line.size, 6),
      mark: value === undefined ? "-" : money(holding, value),
      worth: value === undefined ? "-" : money(holding, worthOf(line.size, value)),
      unit: symbol,
      "mark by": source,
    };
  });
}

function bookRows(holding: Holding): Record<string, string>[] {
  const { group, symbol, books } = holding;
  return books
    .filter(({ book }) => book.cash !== 0n || book.legs.length > 0)
    .map(({ id, book, margin }) => ({
      market: `${group.market}`,
      expiry: shownTime(group.expiry),
      book: `${id & FIELD}`,
      state: STATES[Number(book.state)] ?? "unknown",
      cash: money(holding, book.cash),
      initial: money(holding, margin.initial),
      maintenance: money(holding, margin.maintenance),
      "maximum loss": money(holding, book.maxLoss),
      "may leave": money(holding, book.maxDefund),
      unit: symbol,
    }));
}

function profitRow(access: TradeAccess, holding: Holding): Record<string, string> {
  const { group, symbol, books, market, expiry } = holding;
  const { tip } = market.parameters;
  const cash = books.reduce((sum, { book }) => sum + book.cash + book.tips * tip, 0n);
  const marks = linesOf(holding).map((line) => ({ line, mark: markOf(access, holding, line) }));
  const isKnown = marks.every(({ mark }) => mark.value !== undefined);
  const options = marks.reduce((sum, { line, mark }) => sum + worthOf(line.size, mark.value ?? 0n), 0n);
  const worth = cash + options + receiptOf(holding);
  const profit = worth + group.paidOut - group.paidIn;
  return {
    market: `${group.market}`,
    expiry: shownTime(group.expiry),
    phase: phaseOf(expiry, group.expiry <= holding.now),
    "paid in": money(holding, group.paidIn),
    "taken out": money(holding, group.paidOut),
    premium: money(holding, -group.premium),
    fees: money(holding, group.fees),
    worth: isKnown ? money(holding, worth) : "-",
    profit: isKnown ? money(holding, profit) : "-",
    unit: symbol,
    note: group.isPartial ? "options or cash came from or went to others" : "",
  };
}

/** Legs of books, and longs in the wallet. A settled book's legs are history: its cash says what they came to. */
function linesOf({ books, account }: Holding): Line[] {
  const legs = books
    .filter(({ book }) => book.state !== 2n)
    .flatMap(({ id, book }) =>
      book.legs.map(({ strike, isCall, size }) => ({ where: `book ${id & FIELD}`, strike, isCall, size })),
    );
  const longs = account.holdings.map(({ seriesId, amount }) => ({
    where: "wallet",
    strike: (seriesId >> 1n) & ((1n << 40n) - 1n),
    isCall: (seriesId & 1n) === 1n,
    size: amount,
  }));
  return [...legs, ...longs];
}

/** What settled is worth its payoff; else the middle of what boards show on both sides, else the model's value. */
function markOf(access: TradeAccess, holding: Holding, { strike, isCall }: Line): Mark {
  const { group, market, expiry, quotes, price, now } = holding;
  if (expiry.state.price !== 0n) {
    const series = expiry.series.find(({ series: one }) => one.strike === strike && one.isCall === isCall);
    return { value: series?.payoff ?? 0n, source: "settled" };
  }
  const wanted = { marketHash: market.marketHash, expiry: group.expiry, strike, isCall };
  const { ask, bid } = topOfBook(quotes, wanted);
  if (ask !== undefined && bid !== undefined) return { value: (ask + bid) / 2n, source: "quotes" };
  if (price === undefined) return { value: undefined, source: "none" };
  const { markVolatilityBps: volatilityBps } = access;
  const input = { price, volatilityBps, secondsLeft: group.expiry - now };
  return { value: optionValue({ strike, isCall }, quotedMarket(market).terms, input), source: "model" };
}

/** What redeemed longs are still due: all of it while debtors have not settled, then what there is. */
function receiptOf({ account: { receipt }, expiry, market }: Holding): bigint {
  if (expiry.state.price === 0n) return 0n;
  const { terms } = quotedMarket(market);
  return expiry.state.isFinal ? receipt.due : toUnitsDown(receipt.par, terms, expiry.state.price) - receipt.paid;
}

function phaseOf({ state }: ExpiryOverview, isOver: boolean): string {
  if (state.price !== 0n) return state.isFinal ? "final" : "priced";
  return isOver ? "waits for its price" : "open";
}

function worthOf(size: bigint, value: bigint): bigint {
  return (size * value) / SIZE_ONE;
}

function money({ market }: Holding, value: bigint): string {
  return shownAmount(value, Number(market.state.unitDecimals));
}
