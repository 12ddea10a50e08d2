// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import { quotedMarket } from "../chain/ClearingViews.ts";
import type { ClearingViews, NumberedMarket } from "../chain/ClearingViews.ts";
import type { Clock } from "../chain/Clock.ts";
import { isSignedQuote } from "../chain/isSignedQuote.ts";
import { quoteDigest } from "../chain/quoteDigest.ts";
import { BallastError } from "../model/BallastError.ts";
import { bookId } from "../model/clearing/ids.ts";
import type { ClearingDomain } from "../model/clearing/quoteTypedData.ts";
import { canPay, leftOf, makerLegsAfter, refusalOfForm, refusalOfMarket } from "../model/trading/judgeQuote.ts";
import type { QuotePolicy, QuoteRefusal } from "../model/trading/judgeQuote.ts";
import type { Quote, SignedQuote } from "../model/trading/quotes.ts";

/** What became of a check: so much of it can be taken, or why nothing of it. */
export type Verdict =
  | { readonly kind: "good"; readonly market: bigint; readonly available: bigint }
  | { readonly kind: "refused"; readonly reason: QuoteRefusal };

/** What a checker works with. */
export interface CheckerParts {
  readonly agreed: AgreedChain;
  readonly views: ClearingViews;
  readonly domain: ClearingDomain;
  readonly clock: Clock;
  readonly policy: QuotePolicy;
}

/** Markets may be created and closed: what is known of one is read again after so long. */
const MARKET_AGE_MS = 60_000n;

/** Checks quotes against the chain at one agreed block, cheapest refusals first. Keeps nothing but what markets are. */
export class QuoteChecker {
  readonly #parts: CheckerParts;
  readonly #markets = new Map<string, { readonly atMs: bigint; readonly market: NumberedMarket }>();

  constructor(parts: CheckerParts) {
    this.#parts = parts;
  }

  digestOf(quote: Quote): string {
    return quoteDigest(this.#parts.domain, quote);
  }

  /** What needs no chain; the program's clock is behind the chain at most by a little. */
  async refusalOfForm(quote: Quote): Promise<QuoteRefusal | undefined> {
    return refusalOfForm(quote, (await this.#parts.clock.now()) / 1000n, this.#parts.policy);
  }

  /** Everything a view can tell of a new quote. @throws BallastError when the chain cannot be read. */
  async check(signed: SignedQuote): Promise<Verdict> {
    const { quote } = signed;
    const head = await this.#parts.agreed.head();
    const market = await this.#market(quote.marketHash, head);
    const refusal = refusalOfMarket(quote, market && quotedMarket(market));
    if (refusal !== undefined) return { kind: "refused", reason: refusal };
    if (!(await isSignedQuote(this.#parts.views, this.digestOf(quote), signed, head)))
      return { kind: "refused", reason: "signatureWrong" };
    return this.checkState(quote, head);
  }

  /** What may have changed since: time, what is left, and whether the maker can pay. */
  async checkState(quote: Quote, head: BlockFacts): Promise<Verdict> {
    const refused = (reason: QuoteRefusal): Verdict => ({ kind: "refused", reason });
    if (quote.deadline < head.timestamp) return refused("deadlinePassed");
    if (quote.expiry <= head.timestamp) return refused("expiryClosed");
    const found = await this.#market(quote.marketHash, head);
    if (found === undefined) return refused("marketUnknown");
    if (found.state.isSunset) return refused("marketClosed");

    const { views } = this.#parts;
    const [filled, isBelowFirst] = await Promise.all([views.filled(quote, head), views.isBelowFirst(quote, head)]);
    const left = leftOf(quote, filled, isBelowFirst);
    if (typeof left === "string") return refused(left);
    if (!(await this.#canPay(quote, left, found, head))) return refused("makerShort");
    return { kind: "good", market: found.market, available: left };
  }

  async #canPay(quote: Quote, left: bigint, found: NumberedMarket, head: BlockFacts): Promise<boolean> {
    const { views } = this.#parts;
    const book = await views.book(bookId(quote.maker, found.market, quote.expiry, quote.makerSubId), head);
    const legs = makerLegsAfter(quote, left, book);
    const hasShorts = legs.some(({ size }) => size < 0n);
    if (!hasShorts) return canPay(quote, left, book, quotedMarket(found), undefined);
    // A view takes eight series at most, as a book does.
    if (legs.length > 8) return false;
    const required = await views.requirementOf(found.market, quote.expiry, legs, head).catch((error: unknown) => {
      // Nobody can carry what the contract cannot even measure; one such quote must not hold the others up.
      if (error instanceof BallastError && error.code === "callReverted") return undefined;
      throw error;
    });
    if (required === undefined) return false;
    const { hasPrice, initial } = required;
    return canPay(quote, left, book, quotedMarket(found), { hasPrice, ...initial });
  }

  async #market(marketHash: string, head: BlockFacts): Promise<NumberedMarket | undefined> {
    const { views, clock } = this.#parts;
    const atMs = await clock.now();
    const known = this.#markets.get(marketHash);
    if (known !== undefined && atMs - known.atMs < MARKET_AGE_MS) return known.market;
    // Unknown names are not kept: anybody can make up as many as he likes.
    const number = known?.market.market ?? (await views.marketOf(marketHash, head));
    if (number === undefined) return undefined;
    const market = await views.market(number, head);
    this.#markets.set(marketHash, { atMs, market });
    return market;
  }
}
