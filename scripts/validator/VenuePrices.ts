// SPDX-License-Identifier: MIT
import { errorFacts } from "../chain/errorFacts.ts";
import type { Log } from "../chain/Log.ts";
import type { Transport } from "../chain/Transport.ts";
import { FEED_SLOTS, PRICE_ONE } from "../model/constants.ts";
import { medianOfVenues } from "../model/medianOfVenues.ts";
import type { VenueMedian, VenuePolicy, VenueQuote } from "../model/medianOfVenues.ts";
import type { Prices } from "../model/types.ts";
import type { PriceSource } from "./PriceSource.ts";
import { tradeReaders } from "./tradeReaders.ts";
import type { ValidatorConfig } from "./ValidatorConfig.ts";

type Market = ValidatorConfig["feeds"][number]["markets"][number];
type PriceConfig = Pick<ValidatorConfig, "venues" | "feeds" | "conversions" | "policy">;

/** Prices of the venues' public trades: all venues at once, each with its own deadline, then the median per feed. */
export class VenuePrices implements PriceSource {
  readonly #transport: Transport;
  readonly #config: PriceConfig;
  readonly #log: Log;
  readonly #policy: VenuePolicy;

  constructor(transport: Transport, config: PriceConfig, log: Log) {
    this.#transport = transport;
    this.#config = config;
    this.#log = log;
    this.#policy = {
      minimumVenues: config.policy.minimumVenues,
      maximumAgeMs: BigInt(config.policy.maximumAgeMs),
      maximumLeadMs: BigInt(config.policy.maximumLeadMs),
      outlierBps: BigInt(config.policy.outlierBps),
    };
  }

  async observe(nowMs: bigint): Promise<Prices> {
    const { feeds, conversions } = this.#config;
    const conversionTrades = Promise.all(conversions.map((conversion) => this.#trades(conversion.markets)));
    const feedTrades = Promise.all(feeds.map((feed) => this.#trades(feed.markets)));

    const rates = new Map([["USD", PRICE_ONE]]);
    for (const [index, trades] of (await conversionTrades).entries()) {
      const quote = conversions[index]!.quote;
      rates.set(
        quote,
        this.#median(
          quote,
          trades.map(({ market, ...trade }) => ({ ...trade, venue: market.venue })),
          nowMs,
        ).price,
      );
    }

    const prices = Array.from({ length: FEED_SLOTS }, () => 0n);
    for (const [index, trades] of (await feedTrades).entries()) {
      const feed = feeds[index]!;
      const quotes = trades.flatMap(({ market, price, tradedAtMs }) => {
        const rate = rates.get(market.quote) ?? 0n; // an unknown rate takes its venues out, nothing else
        return rate === 0n ? [] : [{ venue: market.venue, price: (price * rate) / PRICE_ONE, tradedAtMs }];
      });
      prices[feed.slot] = this.#median(feed.name, quotes, nowMs).price;
    }
    return prices;
  }

  async #trades(markets: readonly Market[]): Promise<(Omit<VenueQuote, "venue"> & { market: Market })[]> {
    const answers = await Promise.all(markets.map((market) => this.#trade(market)));
    return answers.flatMap((answer) => (answer === undefined ? [] : [answer]));
  }

  async #trade(market: Market): Promise<(Omit<VenueQuote, "venue"> & { market: Market }) | undefined> {
    const venue = this.#config.venues.find((candidate) => candidate.name === market.venue)!;
    try {
      const query = { baseUrl: venue.baseUrl, symbol: market.symbol, timeoutMs: this.#config.policy.venueTimeoutMs };
      return { market, ...(await tradeReaders[venue.format](this.#transport, query)) };
    } catch (error) {
      this.#log.warn({ venue: venue.name, symbol: market.symbol, ...errorFacts(error) }, "venue failed");
      return undefined;
    }
  }

  #median(name: string, quotes: readonly VenueQuote[], nowMs: bigint): VenueMedian {
    const result = medianOfVenues(quotes, nowMs, this.#policy);
    const facts = { feed: name, price: result.price.toString(), used: result.used, dropped: result.dropped };
    if (result.price === 0n) this.#log.warn(facts, "too few venues, abstaining");
    else this.#log.debug(facts, "median of venues");
    return result;
  }
}
