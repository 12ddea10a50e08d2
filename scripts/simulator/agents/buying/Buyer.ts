// SPDX-License-Identifier: MIT
import { Signature } from "ethers";

import { requirementViewShape } from "../../../chain/clearingShapes.ts";
import { quoteDigest } from "../../../chain/quoteDigest.ts";
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import { bookId } from "../../../model/clearing/ids.ts";
import { clearingDomain } from "../../../model/clearing/quoteTypedData.ts";
import type { ClearingDomain } from "../../../model/clearing/quoteTypedData.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import type { SignedQuote } from "../../../model/trading/quotes.ts";
import type { OpeningParts } from "../writing/planOpening.ts";
import { Hand } from "../Hand.ts";
import type { Call } from "../Hand.ts";
import { leaveExpired } from "../leaveExpired.ts";
import type { OwnBook } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import { bidPremium } from "./bidPremium.ts";

/** What a writer asks a buyer for. */
export interface BidRequest {
  readonly market: MarketFacts;
  readonly expiry: bigint;
  readonly taker: string;
  readonly parts: OpeningParts;
}

/** Strikes that share a book: it has room for eight legs, of which one may lie beyond the last. */
const STRIKES_IN_BOOK = 3;
const FUNDINGS_AT_ONCE = 24;
const GOOD_FOR_SECONDS = 300n;
/** He believes in a volatility between these, and bids so much less. */
const VOLATILITY_BPS = { least: 7_000n, range: 2_500n };
const DISCOUNT_BPS = { least: 100n, range: 900n };
/** A bid holds while the price is this close to the one it was made at. */
const SPOT_PERCENT = 3n;

/** Somebody who buys what writers sell, by bids that he signs, keeps it, and takes what it pays. */
export class Buyer {
  readonly hand: Hand;
  readonly #markets: readonly MarketFacts[];
  readonly #domain: ClearingDomain;
  readonly #volatilityBps: bigint;
  readonly #discountBps: bigint;
  readonly #random: SeededRandom;
  /** Share of requests he bids for, by market; all where nothing is said. */
  readonly #appetites = new Map<bigint, number>();
  readonly #left = new Set<bigint>();
  #funded = 0;
  #nonce = 0n;

  constructor(hand: Hand, markets: readonly MarketFacts[], house: string, chainId: bigint, random: SeededRandom) {
    this.hand = hand;
    this.#markets = markets;
    this.#domain = clearingDomain(chainId, house);
    this.#random = random;
    this.#volatilityBps = VOLATILITY_BPS.least + random.below(VOLATILITY_BPS.range);
    this.#discountBps = DISCOUNT_BPS.least + random.below(DISCOUNT_BPS.range);
  }

  /** Puts cash into all his books, where he has not yet. @param shareOf Of each book in a market; ledger units. */
  async begin(shareOf: (market: MarketFacts) => bigint): Promise<void> {
    const books = this.books();
    for (let first = this.#funded; first < books.length; first += FUNDINGS_AT_ONCE) {
      const calls = books.slice(first, first + FUNDINGS_AT_ONCE).map(fundingCall);
      if ((await this.hand.act(this.hand.deed(undefined, "fund", calls))) !== "done") return;
      this.#funded = first + calls.length;
    }

    function fundingCall({ id, market }: OwnBook): Call {
      return { name: "fund", args: [id, shareOf(market)] };
    }
  }

  /** From now on he bids for this share of the requests in a market. */
  setAppetite(market: bigint, share: number): void {
    this.#appetites.set(market, share);
  }

  /** Every book he may come to hold something in. */
  books(): OwnBook[] {
    return this.#markets.flatMap((market) =>
      market.expiries.flatMap((expiry) =>
        Array.from({ length: booksIn(market) }, (_, sub) => {
          const id = bookId(this.hand.address, market.number, expiry, BigInt(sub));
          return { id, market, expiry };
        }),
      ),
    );
  }

  /** Bids for the other side of a writer's legs; undefined where he does not care to or knows no price. @throws BallastError */
  async bid({ market, expiry, taker, parts }: BidRequest): Promise<SignedQuote | undefined> {
    if (this.#random.unit() >= (this.#appetites.get(market.number) ?? 1)) return undefined;
    const { ratios, size } = parts;
    const legs: Leg[] = ratios.map(({ strike, isCall, ratio }) => ({ strike, isCall, size: ratio * size }));
    const block = await this.hand.head();
    const [found] = await this.hand.look([{ name: "requirementOf", args: [market.number, expiry, legs] }], block);
    const { hasPrice, reading } = requirementViewShape.parse(found);
    if (!hasPrice) return undefined;
    const value = {
      price: reading.price,
      volatilityBps: this.#volatilityBps,
      secondsLeft: expiry - block.timestamp,
    };
    const quote = {
      maker: this.hand.address,
      taker,
      marketHash: market.hash,
      expiry,
      makerSubId: BigInt(subIdOf(market, legs[0]!)),
      legs: ratios.map((leg) => ({ ...leg, ratio: -leg.ratio })),
      premium: -bidPremium(legs, market.quoted.terms, value, this.#discountBps),
      size,
      minimumFill: size,
      nonce: this.#nonce++,
      deadline: block.timestamp + GOOD_FOR_SECONDS,
      spotLow: reading.price - (reading.price * SPOT_PERCENT) / 100n,
      spotHigh: reading.price + (reading.price * SPOT_PERCENT) / 100n,
    };
    const compact = await this.hand.signer.signDigest(quoteDigest(this.#domain, quote));
    return { quote, signature: Signature.from(compact).serialized };
  }

  /** Takes home what expired books leave him. */
  async turn(): Promise<void> {
    const { timestamp } = await this.hand.head();
    for (const book of this.books()) {
      if (book.expiry > timestamp || this.#left.has(book.id)) continue;
      if (await leaveExpired(this.hand, book)) this.#left.add(book.id);
    }
  }
}

/** Books of a buyer in one market and expiry: calls and puts apart. */
export function booksIn({ scenario }: MarketFacts): number {
  return 2 * Math.ceil(scenario.strikes.length / STRIKES_IN_BOOK);
}

function subIdOf({ scenario, firstPrice }: MarketFacts, { strike, isCall }: Leg): number {
  const percent = (Number(strike) * 1e6) / Number(firstPrice);
  const distances = scenario.strikes.map((one) => Math.abs(one - percent));
  const place = distances.indexOf(Math.min(...distances));
  return 2 * Math.floor(place / STRIKES_IN_BOOK) + (isCall ? 1 : 0);
}
