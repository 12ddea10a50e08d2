// SPDX-License-Identifier: MIT
import type { ShownQuote } from "../chain/quoteJson.ts";
import type { QuoteRefusal } from "../model/trading/judgeQuote.ts";

/** Why a quote is refused by a board whose chain would take it. */
export type BoardRefusal = "known" | "makerFull" | "boardFull";

/** What happens on a board. */
export type BoardChange =
  | { readonly kind: "added"; readonly quote: ShownQuote }
  | { readonly kind: "changed"; readonly quote: ShownQuote }
  | { readonly kind: "removed"; readonly quote: ShownQuote; readonly reason: QuoteRefusal };

/** Which quotes are meant; what is left out is any. */
export interface QuoteFilter {
  readonly market?: bigint;
  readonly expiry?: bigint;
  readonly strike?: bigint;
  readonly isCall?: boolean;
  /** Lower case. */
  readonly maker?: string;
}

/** Bounds of a board's memory. */
export interface BoardLimits {
  readonly quotes: number;
  readonly quotesPerMaker: number;
}

/** Quotes in memory, by digest, in the order they came. Knows nothing of the chain. */
export class QuoteBoard {
  readonly #limits: BoardLimits;
  readonly #quotes = new Map<string, ShownQuote>();
  readonly #byMaker = new Map<string, number>();
  readonly #listeners = new Set<(change: BoardChange) => void>();

  constructor(limits: BoardLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#quotes.size;
  }

  get makers(): number {
    return this.#byMaker.size;
  }

  /** Whether there is no place for a quote of this digest and maker. */
  refusalOf(digest: string, maker: string): BoardRefusal | undefined {
    if (this.#quotes.has(digest)) return "known";
    if ((this.#byMaker.get(maker) ?? 0) >= this.#limits.quotesPerMaker) return "makerFull";
    return this.#quotes.size >= this.#limits.quotes ? "boardFull" : undefined;
  }

  /** Puts a quote up; {@link refusalOf} must have nothing against it. */
  add(quote: ShownQuote): void {
    const { maker } = quote.quote;
    this.#quotes.set(quote.digest, quote);
    this.#byMaker.set(maker, (this.#byMaker.get(maker) ?? 0) + 1);
    this.#tell({ kind: "added", quote });
  }

  /** Shows what is left of a quote now. */
  change(digest: string, available: bigint): void {
    const known = this.#quotes.get(digest);
    if (known === undefined || known.available === available) return;
    const quote = { ...known, available };
    this.#quotes.set(digest, quote);
    this.#tell({ kind: "changed", quote });
  }

  remove(digest: string, reason: QuoteRefusal): void {
    const quote = this.#quotes.get(digest);
    if (quote === undefined) return;
    const { maker } = quote.quote;
    const left = this.#byMaker.get(maker)! - 1;
    this.#quotes.delete(digest);
    if (left === 0) this.#byMaker.delete(maker);
    else this.#byMaker.set(maker, left);
    this.#tell({ kind: "removed", quote, reason });
  }

  find(digest: string): ShownQuote | undefined {
    return this.#quotes.get(digest);
  }

  /** Takes down what is over at a time in unix seconds. */
  dropExpired(now: bigint): void {
    for (const { digest, quote } of this.#quotes.values())
      if (quote.deadline < now) this.remove(digest, "deadlinePassed");
      else if (quote.expiry <= now) this.remove(digest, "expiryClosed");
  }

  /** Quotes from the oldest on, while the board changes: none that goes meanwhile, and every one that comes. */
  walk(): IterableIterator<ShownQuote> {
    return this.#quotes.values();
  }

  /** Quotes that a filter means, oldest first, at most `most`, from the one after `after` on. */
  list(filter: QuoteFilter = {}, most = Infinity, after?: string): ShownQuote[] {
    const found: ShownQuote[] = [];
    let isPast = after === undefined || !this.#quotes.has(after);
    for (const shown of this.#quotes.values()) {
      if (found.length >= most) break;
      if (isPast && matches(filter, shown)) found.push(shown);
      isPast ||= shown.digest === after;
    }
    return found;
  }

  /** Tells of every change until the returned function is called. */
  listen(listener: (change: BoardChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: BoardChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Whether a filter means a quote; strike and kind are of one and the same leg. */
export function matches(filter: QuoteFilter, { quote, market }: ShownQuote): boolean {
  const { strike, isCall } = filter;
  return (
    (filter.market ?? market) === market &&
    (filter.expiry ?? quote.expiry) === quote.expiry &&
    (filter.maker ?? quote.maker) === quote.maker &&
    quote.legs.some((leg) => (strike ?? leg.strike) === leg.strike && (isCall ?? leg.isCall) === leg.isCall)
  );
}
