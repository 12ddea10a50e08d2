// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../../../scripts/chain/chainFacts.ts";
import { ClearingViews, quotedMarket } from "../../../scripts/chain/ClearingViews.ts";
import type { NumberedMarket as NumberedOverview } from "../../../scripts/chain/ClearingViews.ts";
import type { ShownQuote } from "../../../scripts/chain/quoteJson.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { larger } from "../../../scripts/model/clearing/payoff.ts";
import { chooseQuotes } from "../../../scripts/model/trading/chooseQuotes.ts";
import { HOLDS_SECONDS } from "../../../scripts/trade/findOffers.ts";
import { tradeOf } from "../../../scripts/trade/openCommand.ts";
import { withOwnLongs } from "../../../scripts/trade/ownLongs.ts";
import type { OpenOrder } from "../../../scripts/trade/openCommand.ts";
import { legName } from "../../../scripts/trade/legName.ts";
import { planTrade, together } from "../../../scripts/trade/planTrade.ts";
import type { BookTrade, PlannedBook } from "../../../scripts/trade/planTrade.ts";
import type { TakerAccess } from "../../../scripts/trade/TradeAccess.ts";
import type { ActPlan, Step, Typed } from "../model/act.ts";
import { fairValue } from "../model/fairValue.ts";
import { boardWarning, fillFacts, holdsUntil } from "../model/fillFacts.ts";
import type { PlannedFill } from "../model/fillFacts.ts";
import { decimalOf, expiryOf, SIZE_DECIMALS, STRIKE_DECIMALS } from "../model/typedValues.ts";
import { approvalFor } from "./actParts.ts";
import type { ActPlace, NumberedMarket } from "./actParts.ts";
import { callsOf } from "./callsOf.ts";
import { moneyText, tokenUnits, unitDecimals } from "./money.ts";
import { readOffers } from "./readOffers.ts";
import type { Token } from "./Places.ts";

/** Of a margin, kept beyond it: the band widens with the age of the price until a block takes the transaction. */
export const BUFFER_BPS = 200n;

/** An order, and what is known of its market; its size is negative where it sells. */
interface Ground {
  readonly access: TakerAccess & { readonly views: ClearingViews };
  readonly order: OpenOrder;
  readonly head: BlockFacts;
  readonly token: Token;
  /** Better quotes that the board shows and the chain may not know. */
  readonly promised: readonly ShownQuote[];
  readonly market: NumberedOverview;
  /** 8 decimals; undefined without a price. */
  readonly price: bigint | undefined;
}

/**
 * Buys or sells options by the best quotes of the board, with the cash this takes, in one transaction after an approval. What is
 * sold comes out of the book, then out of the wallet; the rest is written. The board is not believed: form and digest are checked
 * here, signature and what is left in the chain, and the chain tries the fill itself.
 * @throws BallastError `needsBoard`, `boardSilent`, `notOffered`, `noPrice`, `needsTokens`, or `badInput`.
 */
export async function planFill(
  place: ActPlace,
  act: "buy" | "sell",
  market: NumberedMarket,
  typed: Typed,
): Promise<ActPlan> {
  const ground = await lookAround(place, act, market, typed);
  const { access, order, head } = ground;
  const found = await tradeOf(access, order, head).catch((error: unknown) => {
    throw ground.promised.length > 0 ? explained(error) : error;
  });
  const trade = act === "sell" ? await withOwnLongs(access, order, found, head) : found;
  const book = await planTrade(access, trade, head);
  const { fromWallet, steps } = await stepsOf(place, ground, book);
  const fill = fillOf(ground, trade, book, fromWallet);
  const taken = new Set(trade.fills.map(({ offer }) => offer.digest));
  return {
    facts: fillFacts(fill, (units) => moneyText(units, market.token)),
    steps,
    until: holdsUntil(fill.quotes),
    warning: boardWarning(ground.promised.filter(({ digest }) => !taken.has(digest)).length),
  };
}

async function lookAround(
  place: ActPlace,
  act: "buy" | "sell",
  { number, token }: NumberedMarket,
  typed: Typed,
): Promise<Ground> {
  const { endpoint, places, account, block: head } = place;
  const size = decimalOf(typed, "size", SIZE_DECIMALS);
  const order: OpenOrder = {
    market: number,
    expiry: expiryOf(typed),
    strike: decimalOf(typed, "strike", STRIKE_DECIMALS),
    isCall: typed.side !== "put",
    size: act === "buy" ? size : -size,
    subId: 0n,
    limit: decimalOf(typed, "premium", unitDecimals(token)),
  };
  const views = new ClearingViews(callsOf(endpoint), places.house.address, places.lens.address);
  const offers = await readOffers(place, number, order.expiry, head.timestamp);
  const access = { views, account, quotesOf: () => Promise.resolve(offers), bufferBps: BUFFER_BPS };
  const [listed, reading] = await Promise.all([views.market(number, head), views.reading(number, order.expiry, head)]);
  const ground = { access, order, head, token, market: listed };
  if (reading === undefined) return { ...ground, promised: [], price: undefined };
  const { price } = reading;
  const taker = { owner: account, until: head.timestamp + HOLDS_SECONDS, price, limit: order.limit };
  const { chosen } = chooseQuotes(offers, { ...order, marketHash: listed.marketHash }, taker);
  return { ...ground, promised: chosen.map(({ offer }) => offer), price };
}

/** Approves and deposits what the free balance lacks; everything but the approval is one transaction. */
async function stepsOf(
  { endpoint, places, account }: ActPlace,
  { access, order, head, token }: Ground,
  book: PlannedBook,
): Promise<{ readonly fromWallet: bigint; readonly steps: readonly Step[] }> {
  const { views } = access;
  const free = await views.freeBalance(account, book.token, head);
  const missing = larger(book.after.needed - free, 0n);
  const amount = tokenUnits(missing, token);
  if (missing > 0n && (await views.wallet(account, book.token, head)).balance < amount)
    throw new BallastError(
      "needsTokens",
      `It takes ${moneyText(missing, token)} more than the free balance and the wallet hold`,
    );
  const approval =
    missing === 0n ? [] : await approvalFor({ endpoint, block: head, account }, token, places.house.address, amount);
  const deposit = missing === 0n ? [] : [views.encode("deposit", [book.token, missing, account])];
  const name = `${order.size > 0n ? "buy" : "sell"} ${legName({ ...order, size: larger(order.size, -order.size) })}`;
  const data = together(access, [...deposit, ...book.calls]);
  return { fromWallet: missing, steps: [...approval, { name, to: places.house.address, data }] };
}

/** What the board promised is said where nobody offers, or bids for, what is asked for. */
function explained(error: unknown): unknown {
  if (!(error instanceof BallastError) || error.code !== "notOffered") return error;
  const text = `${error.message}: what the board shows of it does not hold on the chain, so it is behind, or lies`;
  return new BallastError(error.code, text, { context: error.context, cause: error });
}

function fillOf(ground: Ground, trade: BookTrade, book: PlannedBook, fromWallet: bigint): PlannedFill {
  const { order, price, market, head } = ground;
  const size = larger(order.size, -order.size);
  const { fee, needed } = book.after;
  const secondsLeft = larger(order.expiry - head.timestamp, 0n);
  const { terms } = quotedMarket(market);
  const fair =
    price === undefined
      ? undefined
      : fairValue({
          option: { ...order, size },
          terms,
          premium: larger(trade.premium, -trade.premium),
          place: { price, secondsLeft },
        });
  return {
    size,
    premium: trade.premium,
    fee,
    fair,
    fromFree: needed,
    fromWallet,
    margin: book.margin,
    longsFromWallet: (trade.brought ?? []).reduce((sum, { leg }) => sum + leg.size, 0n),
    worst: larger(trade.premium + fee + book.maximumLoss, 0n),
    quotes: trade.fills.map(({ offer: { quote } }) => quote),
  };
}
