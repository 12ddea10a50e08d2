// SPDX-License-Identifier: MIT
import { cents, dollarsOf, priceOf } from "./dollars.ts";
import { interestOf } from "./MoneyRecord.ts";
import type { BlockSight, FeedSight } from "./sights.ts";

const ROW_SECONDS = 60;

/** What a table is about. */
interface Layout {
  readonly feeds: readonly string[];
  readonly validators: readonly string[];
}

/** `series.csv`: a row per minute. Prices in USD, ages in seconds, D in parts per million, money in USD at the true price. */
export class SeriesTable {
  readonly #layout: Layout;
  readonly #signed = new Map<string, string>();
  #next = -Infinity;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  get header(): string {
    const { feeds, validators } = this.#layout;
    const perFeed = feeds.flatMap((feed) => [
      ...["true", "oracle", "low", "high", "age", "dispersionPpm", "level", "mode"].map((name) => `${feed} ${name}`),
      ...validators.map((validator) => `${feed} ${validator}`),
    ]);
    return ["seconds", "block", ...perFeed, ...MONEY].join(",");
  }

  /** The row that is due with this block, if one is. @param gasGwei Base fee of the block. */
  see(sight: BlockSight, gasGwei: number): string | undefined {
    for (const { reports } of sight.relays)
      for (const { validator, prices } of reports)
        this.#layout.feeds.forEach((feed, slot) => {
          const price = prices[slot] ?? 0n;
          if (price !== 0n) this.#signed.set(`${feed} ${validator}`, String(priceOf(price)));
        });
    if (sight.seconds < this.#next) return undefined;
    this.#next = (Math.floor(sight.seconds / ROW_SECONDS) + 1) * ROW_SECONDS;
    const perFeed = sight.feeds.flatMap((feed) => [...feedCells(feed), ...this.#validatorCells(feed.id)]);
    return [sight.seconds, sight.number, ...perFeed, ...moneyCells(sight, gasGwei)].join(",");
  }

  #validatorCells(feed: string): string[] {
    return this.#layout.validators.map((validator) => this.#signed.get(`${feed} ${validator}`) ?? "");
  }
}

const MONEY = ["openInterest", "insurance", "gasGwei", "booksShort", "booksFlagged"] as const;

function feedCells(feed: FeedSight): (string | number)[] {
  const { truth, price, low, high, age, dispersionPpm, level, mode } = feed;
  return [...[truth, price, low, high].map(priceOf), age, dispersionPpm, level, mode];
}

function moneyCells(sight: BlockSight, gasGwei: number): number[] {
  const { ledger, feeds, unhealthy } = sight;
  let insurance = 0;
  for (const market of ledger.markets.values()) insurance += dollarsOf(market.insurance, market, feeds);
  return [
    cents(interestOf(sight)),
    cents(insurance),
    gasGwei,
    unhealthy.filter(({ isShort }) => isShort).length,
    unhealthy.filter(({ isFlagged }) => isFlagged).length,
  ];
}
