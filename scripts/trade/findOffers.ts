// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import { isSignedQuote } from "../chain/isSignedQuote.ts";
import type { ShownQuote } from "../chain/quoteJson.ts";
import { BallastError } from "../model/BallastError.ts";
import { chooseQuotes } from "../model/trading/chooseQuotes.ts";
import type { Choice, Taker, Wanted } from "../model/trading/chooseQuotes.ts";
import { leftOf } from "../model/trading/judgeQuote.ts";
import { shownAmount } from "../model/trading/shownAmount.ts";
import type { TakerAccess } from "./TradeAccess.ts";

/** What is wanted, in a market by its number. */
export interface WantedSeries extends Wanted {
  readonly market: bigint;
  /** Most, or least, for one option, ledger units. */
  readonly limit?: bigint | undefined;
}

/** A quote must hold at least so long from now on: it takes a block or two to get into the chain. */
export const HOLDS_SECONDS = 15n;
/** Boards may show what cannot be filled; so often what was wrong is left out and the rest chosen from again. */
const MOST_ROUNDS = 6;

/**
 * Quotes that give what is wanted, each looked at in the chain: a board is not believed.
 * @throws BallastError `notOffered` when all of them together do not give it, within the limit.
 */
export async function findOffers(
  access: TakerAccess,
  wanted: WantedSeries,
  head: BlockFacts,
): Promise<Choice<ShownQuote>> {
  return confirmOffers(access, wanted, head, (offers, facts) => {
    const choice = chooseQuotes(offers, wanted, { ...facts, limit: wanted.limit });
    if (choice.missing !== 0n) throw notOffered(wanted, choice.missing);
    return choice;
  });
}

/**
 * Chooses until what is chosen is found true in the chain.
 * @param choose Throws when the offers do not do.
 */
export async function confirmOffers<Found extends Pick<Choice<ShownQuote>, "chosen">>(
  access: TakerAccess,
  { market, expiry }: Pick<WantedSeries, "market" | "expiry">,
  head: BlockFacts,
  choose: (offers: readonly ShownQuote[], facts: Omit<Taker, "limit">) => Found,
): Promise<Found> {
  const { account, quotesOf, views } = access;
  const reading = await views.reading(market, expiry, head);
  if (reading === undefined)
    throw new BallastError("noPrice", "The market has no price now: nothing can be traded, exits stay open", {
      context: { market },
    });
  const facts = { owner: account, until: head.timestamp + HOLDS_SECONDS, price: reading.price };
  let offers = await quotesOf(market, expiry);
  for (let round = 0; ; round++) {
    const found = choose(offers, facts);
    const left = await Promise.all(found.chosen.map(({ offer }) => leftInChain(access, offer, head)));
    if (found.chosen.every(({ amount }, index) => left[index]! >= amount)) return found;
    if (round === MOST_ROUNDS)
      throw new BallastError("notOffered", "Boards show too much that nobody can take", {
        context: { market, expiry },
      });
    const known = new Map(found.chosen.map(({ offer }, index) => [offer.digest, left[index]!]));
    offers = offers.flatMap((offer) => {
      const available = known.get(offer.digest) ?? offer.available;
      return available === 0n ? [] : [{ ...offer, available }];
    });
  }
}

async function leftInChain({ views }: TakerAccess, offer: ShownQuote, head: BlockFacts): Promise<bigint> {
  const { quote, digest } = offer;
  const [filled, isBelowFirst] = await Promise.all([views.filled(quote, head), views.isBelowFirst(quote, head)]);
  const left = leftOf(quote, filled, isBelowFirst);
  if (typeof left === "string") return 0n;
  return (await isSignedQuote(views, digest, offer, head)) ? left : 0n;
}

function notOffered(wanted: WantedSeries, missing: bigint): BallastError {
  const size = wanted.size < 0n ? -wanted.size : wanted.size;
  const text = `${shownAmount(missing < 0n ? -missing : missing, 6)} of ${shownAmount(size, 6)} options`;
  return new BallastError("notOffered", `Nobody ${wanted.size < 0n ? "bids for" : "offers"} ${text} within the limit`, {
    context: { market: wanted.market, expiry: wanted.expiry, strike: wanted.strike, isCall: wanted.isCall, missing },
  });
}
