// SPDX-License-Identifier: MIT
import { SeededRandom } from "../chain/SeededRandom.ts";
import { BPS, PRICE_ONE } from "../model/constants.ts";
import type { MarketConfig } from "./MarketConfig.ts";
import { SyntheticPath } from "./SyntheticPath.ts";

/** Venues whose formats the market serves. */
export const MARKET_VENUES = ["coinbase", "kraken", "binance", "bitstamp"] as const;

/** One of them. */
export type MarketVenue = (typeof MARKET_VENUES)[number];

/** A trade on a venue's tape. */
export interface TapeTrade {
  readonly id: bigint;
  /** In the quote currency, 8 decimals. */
  readonly price: bigint;
  readonly tradedAtMs: bigint;
  /** Decimals the venue shows. */
  readonly decimals: number;
}

const SECOND_MS = 1_000n;
/** Noise is drawn in hundredths of a basis point. */
const NOISE_UNIT = 100n;

/** Trades of all venues along the synthetic paths: one per venue, feed and second, at its own moment and distance. */
export class VenueTape {
  readonly #config: MarketConfig;
  readonly #paths: ReadonlyMap<string, SyntheticPath>;

  constructor(config: MarketConfig) {
    this.#config = config;
    this.#paths = new Map(
      config.feeds.map((feed, index) => {
        const events = config.events.filter((event) => event.feed === feed.name);
        return [
          feed.name,
          new SyntheticPath(feed, new SeededRandom(mix(config.seed, index)), config.startAtMs, events),
        ];
      }),
    );
  }

  /** What the price really is, which no venue and no validator sees. Undefined for unknown feeds. */
  truth(feed: string, timeMs: bigint): bigint | undefined {
    return this.#paths.get(feed)?.priceAt(timeMs);
  }

  /** Latest trade at `nowMs`; undefined when the venue has no such market. */
  latest(venue: MarketVenue, base: string, quote: string, nowMs: bigint): TapeTrade | undefined {
    const decimals = this.#config.feeds.find((feed) => feed.name === base)?.decimals;
    if (decimals === undefined || (quote !== "USD" && !this.#paths.has(quote)) || base === quote) return undefined;

    let second = nowMs / SECOND_MS;
    const key = [MARKET_VENUES.indexOf(venue), textKey(base), textKey(quote)];
    if (this.#momentOf(key, second) > nowMs) second -= 1n;
    const tradedAtMs = this.#momentOf(key, second);
    const dollars = this.truth(base, tradedAtMs)!;
    const rate = quote === "USD" ? PRICE_ONE : this.truth(quote, tradedAtMs)!;

    return { id: second, price: this.#noisy((dollars * PRICE_ONE) / rate, key, second), tradedAtMs, decimals };
  }

  #momentOf(key: readonly number[], second: bigint): bigint {
    return second * SECOND_MS + BigInt(mix(this.#config.seed, 1, ...key, Number(second)) % 1000);
  }

  #noisy(price: bigint, key: readonly number[], second: bigint): bigint {
    const range = this.#config.venueNoiseBps * Number(NOISE_UNIT);
    const noise = BigInt((mix(this.#config.seed, 2, ...key, Number(second)) % (2 * range + 1)) - range);
    return price + (price * noise) / (BPS * NOISE_UNIT);
  }
}

function textKey(text: string): number {
  return mix(...Buffer.from(text));
}

/** Spreads small whole numbers over 32 bits, so that any trade can be had without those before it. */
function mix(...values: number[]): number {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = Math.imul(state ^ (value | 0), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}
