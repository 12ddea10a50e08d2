// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { BallastError } from "../model/BallastError.ts";
import { smaller } from "../model/clearing/payoff.ts";
import { reportOf, tradeOf } from "./openCommand.ts";
import type { OpenOrder } from "./openCommand.ts";
import { legName } from "./legName.ts";
import { heldOf, longOf, longsBefore } from "./ownLongs.ts";
import { planTrade, requireFunds, together } from "./planTrade.ts";
import type { BookTrade, PlannedBook } from "./planTrade.ts";
import type { NamedSeries } from "./series.ts";
import type { TradeAccess, TradePlan } from "./TradeAccess.ts";

/** What somebody wants to be rid of. */
export interface CloseOrder extends NamedSeries {
  readonly subId: bigint;
  /** 6 decimals; all unless said. */
  readonly size?: bigint | undefined;
  readonly limit?: bigint | undefined;
}

/** What somebody wants instead of what he has. */
export interface RollOrder extends CloseOrder {
  readonly into: Pick<NamedSeries, "expiry" | "strike" | "isCall">;
  /** For one option of the new series, ledger units. */
  readonly intoLimit?: bigint | undefined;
}

/** How a position ends: longs of the wallet against shorts first, which needs no price and nobody else; then by quotes. */
interface Ending {
  readonly burned: bigint;
  readonly trade: BookTrade | undefined;
  /** What was closed by quotes; positive was long. */
  readonly size: bigint;
}

/** Closes a position, or a part of it, in one transaction. */
export async function planClose(access: TradeAccess, order: CloseOrder, head: BlockFacts): Promise<TradePlan> {
  const ending = await endingOf(access, order, head);
  const closed = ending.burned + (ending.size < 0n ? -ending.size : ending.size);
  const name = `close ${legName({ ...order, size: closed })}`;
  const { book, calls } = await callsOf(access, order, ending, head);
  await requireFunds(access, [book], head);
  const report = reportOf(name, ending.trade ?? emptyTrade(order), book);
  const burned = ending.burned === 0n ? {} : { "against own longs": legName({ ...order, size: ending.burned }) };
  return {
    report: { facts: { ...report.facts, ...burned } },
    steps: [() => Promise.resolve({ name, to: access.views.house, data: together(access, calls) })],
  };
}

/** Closes a position by quotes and opens as much of another series, all or none. What the old book frees pays for the new. */
export async function planRoll(access: TradeAccess, order: RollOrder, head: BlockFacts): Promise<TradePlan> {
  const ending = await endingOf(access, order, head);
  const { market, subId, into, intoLimit: limit } = order;
  if (ending.size === 0n) throw nothingHeld(order, "no position that quotes can close");
  const opened: OpenOrder = { market, subId, ...into, size: ending.size, limit };
  const opening = await tradeOf(access, opened, head);
  const first = await callsOf(access, order, ending, head);
  const isSameBook = into.expiry === order.expiry;
  const second = isSameBook ? undefined : await planTrade(access, opening, head);
  const merged = isSameBook ? await planTrade(access, joined(ending.trade!, opening), head) : undefined;
  await requireFunds(access, merged === undefined ? [first.book, second!] : [merged], head);
  const name = `roll ${legName({ ...order, size: ending.size })} into ${legName(opened)}`;
  const calls = merged?.calls ?? [...first.calls, ...second!.calls];
  const closing = reportOf(name, ending.trade!, first.book);
  return {
    report: {
      facts: { action: name },
      tables: {
        legs: [
          { leg: "closed", ...withoutAction(closing.facts!) },
          { leg: "opened", ...withoutAction(reportOf(name, opening, merged ?? second!).facts!) },
        ],
      },
    },
    steps: [() => Promise.resolve({ name, to: access.views.house, data: together(access, calls) })],
  };
}

async function endingOf(access: TradeAccess, order: CloseOrder, head: BlockFacts): Promise<Ending> {
  const { inBook, longs } = await heldOf(access, order, head);
  if (inBook < 0n) {
    const size = sizeOf(order, -inBook);
    const burned = smaller(size, longs);
    if (burned === size) return { burned, trade: undefined, size: 0n };
    const trade = await tradeOf(access, { ...order, size: size - burned }, head);
    return { burned, trade, size: burned - size };
  }
  const size = sizeOf(order, inBook + longs);
  const trade = await tradeOf(access, { ...order, size: -size }, head);
  const fromWallet = longsBefore(size, { inBook, longs });
  return { burned: 0n, trade: { ...trade, brought: fromWallet === 0n ? [] : [longOf(order, fromWallet)] }, size };
}

async function callsOf(
  access: TradeAccess,
  order: CloseOrder,
  { burned, trade }: Ending,
  head: BlockFacts,
): Promise<{ readonly book: PlannedBook; readonly calls: readonly string[] }> {
  const { strike, isCall } = order;
  const leg = { strike, isCall, size: burned };
  const burning = burned === 0n ? emptyTrade(order) : { ...emptyTrade(order), traded: [leg] };
  const joint = trade === undefined ? burning : joined(burning, trade);
  const book = await planTrade(access, joint, head);
  if (burned === 0n) return { book, calls: book.calls };
  const burn = access.views.encode("burn", [book.id, [leg]]);
  // First of all: it lowers what everything after it needs.
  return { book, calls: [burn, ...book.calls] };
}

function joined(one: BookTrade, other: BookTrade): BookTrade {
  return {
    ...one,
    traded: [...one.traded, ...other.traded],
    premium: one.premium + other.premium,
    fills: [...one.fills, ...other.fills],
    brought: [...(one.brought ?? []), ...(other.brought ?? [])],
  };
}

function emptyTrade({ market, expiry, subId }: CloseOrder): BookTrade {
  return { market, expiry, subId, traded: [], premium: 0n, fills: [] };
}

function sizeOf(order: CloseOrder, held: bigint): bigint {
  if (held === 0n) throw nothingHeld(order, "no position");
  if (order.size !== undefined && order.size > held) throw nothingHeld(order, "less than that");
  return order.size ?? held;
}

function nothingHeld(order: CloseOrder, what: string): BallastError {
  return new BallastError("nothingHeld", `The account has ${what} in this series and book`, {
    context: { series: legName({ ...order, size: order.size ?? 0n }), market: order.market, subId: order.subId },
  });
}

function withoutAction(facts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name !== "action"));
}
