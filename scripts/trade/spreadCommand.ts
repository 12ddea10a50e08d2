// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { BallastError } from "../model/BallastError.ts";
import { MOST_FILLS } from "../model/trading/chooseQuotes.ts";
import { chooseSpread } from "../model/trading/chooseSpread.ts";
import type { SpreadChoice } from "../model/trading/chooseSpread.ts";
import { legsOfFill } from "../model/trading/quotes.ts";
import type { QuoteLeg } from "../model/trading/quotes.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import { confirmOffers } from "./findOffers.ts";
import { legName } from "./legName.ts";
import { reportOf } from "./openCommand.ts";
import { planTrade, requireFunds, together } from "./planTrade.ts";
import { marketNumbered } from "./TradeAccess.ts";
import type { TradeAccess, TradePlan } from "./TradeAccess.ts";

/** Several series of one expiry, to be traded together or not at all. */
export interface SpreadOrder {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly subId: bigint;
  /** Of one spread: positive buys. */
  readonly legs: readonly QuoteLeg[];
  /** Spreads, 6 decimals. */
  readonly size: bigint;
  /** Most paid for one spread, ledger units, premiums less premiums; negative for least taken. */
  readonly limit?: bigint | undefined;
}

const ONE = 1_000_000n;
/** Of one book. */
const MOST_LEGS = 8;

/**
 * Trades all legs of a spread through the best quotes, in one call that fills all of them or none: margin is asked for what the
 * book is afterwards, and no leg is ever held alone.
 */
export async function planSpread(access: TradeAccess, order: SpreadOrder, head: BlockFacts): Promise<TradePlan> {
  const { market, expiry, subId, legs, size } = order;
  requireLegs(legs);
  const { marketHash } = await marketNumbered(access, market, head);
  const { chosen: fills, premium } = await confirmOffers(access, order, head, (offers, facts) => {
    const choice = chooseSpread(offers, { marketHash, expiry, legs, size }, facts);
    requireWhole(order, choice);
    return choice;
  });
  const traded = fills.flatMap(({ offer: { quote }, amount }) => legsOfFill(quote, amount, "taker"));
  const trade = { market, expiry, subId, traded, premium, fills };
  const book = await planTrade(access, trade, head);
  await requireFunds(access, [book], head);
  const name = legs
    .map((leg) => `${leg.ratio > 0n ? "buy" : "write"} ${legName({ ...leg, expiry, size: leg.ratio * size })}`)
    .join(", ");
  const { facts } = reportOf(name, trade, book);
  const perSpread = `${shownAmount((premium * ONE) / size, book.unitDecimals)} ${book.symbol}`;
  return {
    report: { facts: { ...facts, "net price of one spread": perSpread } },
    steps: [() => Promise.resolve({ name, to: access.views.house, data: together(access, book.calls) })],
  };
}

function requireLegs(legs: SpreadOrder["legs"]): void {
  const series = new Set(legs.map(({ strike, isCall }) => `${strike} ${isCall}`));
  if (legs.length < 2 || legs.length > MOST_LEGS || series.size !== legs.length)
    throw new BallastError("configInvalid", `A spread has two to ${MOST_LEGS} legs, no series twice`, {
      context: { legs: legs.length },
    });
}

function requireWhole(order: SpreadOrder, { chosen, premium, missing }: SpreadChoice<ShownQuote>): void {
  const { market, expiry, size, limit } = order;
  if (missing !== undefined) {
    const short = legName({ ...missing.leg, expiry, size: missing.size });
    const side = missing.leg.ratio > 0n ? "offers" : "bids for";
    throw new BallastError("notOffered", `Nobody ${side} ${short}: nothing of the spread is traded`, {
      context: { market, expiry, missing: missing.size },
    });
  }
  if (limit !== undefined && premium * ONE > limit * size)
    throw new BallastError("notOffered", "All legs are offered, together beyond the limit: nothing is traded", {
      context: { market, expiry, premium, size, limit },
    });
  if (chosen.length > MOST_FILLS)
    throw new BallastError("tooManyQuotes", "It takes more quotes than one call fills: ask for fewer at once", {
      context: { quotes: chosen.length, most: MOST_FILLS },
    });
}
