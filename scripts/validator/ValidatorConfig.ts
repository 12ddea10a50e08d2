// SPDX-License-Identifier: MIT
import { z } from "zod";

import {
  addressText,
  chainShape,
  clockShape,
  httpUrl,
  keyShape,
  milliseconds,
  serverShape,
  wholeText,
} from "../chain/configShapes.ts";
import { FEED_SLOTS } from "../model/constants.ts";
import { VENUE_FORMATS } from "./tradeReaders.ts";

const market = z.strictObject({
  venue: z.string().min(1),
  /** The venue's own name of the market, such as ETH-USD or XBTUSD. */
  symbol: z.string().min(1).max(40),
  /** Currency the market is quoted in; anything but USD needs a conversion of that name. */
  quote: z.string().min(1).max(10).default("USD"),
});

const policy = z.strictObject({
  minimumVenues: z.int().min(1).default(2),
  maximumAgeMs: milliseconds.default(60_000),
  maximumLeadMs: milliseconds.default(5_000),
  outlierBps: z.int().min(1).max(10_000).default(200),
  venueTimeoutMs: milliseconds.default(3_000),
  /** A round whose observation ends later than this after its start is not signed. */
  maximumDelayMs: milliseconds.default(7_000),
  /** With a clock further from the newest block than this nothing is signed. */
  maximumSkewMs: milliseconds.min(5_000).max(300_000).default(60_000),
  /** Unfit for so long, it steps out of the set or calls a person: a third of an epoch. */
  unfitAfterMs: milliseconds.min(15_000).default(1_200_000),
  /**
   * Rounds without a signature of its key that a node waits for before its first one, when its disk does not tell what the
   * key signed lately; at random up to twice as many, less two. Two when the disk tells.
   */
  quarantineRounds: z.int().min(2).max(240).default(8),
});

/** Configuration of a validator. */
export const validatorConfigShape = z
  .strictObject({
    chain: chainShape,
    key: keyShape,
    /** The key that is to follow; it takes over in the set that names it. */
    nextKey: keyShape.optional(),
    /** Sign only on a head that a second endpoint shows as well. With false one endpoint's word is enough. */
    confirmHead: z.boolean().default(true),
    clock: clockShape.default({ kind: "system" }),
    server: serverShape.prefault({}),
    dataFolder: z.string().min(1),
    seed: z.int().optional(),
    venues: z
      .array(z.strictObject({ name: z.string().min(1), format: z.enum(VENUE_FORMATS), baseUrl: httpUrl }))
      .min(1),
    feeds: z
      .array(
        z.strictObject({
          slot: z
            .int()
            .min(0)
            .max(FEED_SLOTS - 1),
          name: z.string().min(1),
          markets: z.array(market).min(1),
        }),
      )
      .min(1),
    conversions: z.array(z.strictObject({ quote: z.string().min(1), markets: z.array(market).min(1) })).default([]),
    policy: policy.prefault({}),
    /** Relayers and validators that are asked for reports of the own key before the first signature. */
    listenTo: z.array(httpUrl).min(1),
    /** Steps out of the set by itself when it is unfit; the signing key needs ether for one transaction. */
    selfJail: z
      .strictObject({
        registry: addressText,
        maximumFeePerGas: wholeText.default(200_000_000_000n),
      })
      .optional(),
  })
  .superRefine((config, context) => {
    const venues = new Set(config.venues.map((venue) => venue.name));
    const quotes = new Set(["USD", ...config.conversions.map((conversion) => conversion.quote)]);
    const refuse = (message: string, path: PropertyKey[]): void => context.addIssue({ code: "custom", message, path });
    const check = (markets: readonly z.output<typeof market>[], path: PropertyKey[], convertible: boolean): void => {
      markets.forEach(({ venue, quote }, index) => {
        if (!venues.has(venue)) refuse(`unknown venue ${venue}`, [...path, index, "venue"]);
        const known = convertible ? quotes.has(quote) : quote === "USD";
        if (!known) refuse(`no conversion from ${quote}`, [...path, index, "quote"]);
      });
    };
    if (config.confirmHead && config.chain.rpcUrl.length < 2)
      refuse("one endpoint confirms nothing: name a second, or set confirmHead to false", ["chain", "rpcUrl"]);
    if (venues.size !== config.venues.length) refuse("venue names repeat", ["venues"]);
    if (new Set(config.feeds.map((feed) => feed.slot)).size !== config.feeds.length)
      refuse("feed slots repeat", ["feeds"]);
    config.feeds.forEach((feed, index) => check(feed.markets, ["feeds", index, "markets"], true));
    config.conversions.forEach((conversion, index) =>
      check(conversion.markets, ["conversions", index, "markets"], false),
    );
  });

/** A validated configuration. */
export type ValidatorConfig = Readonly<z.output<typeof validatorConfigShape>>;
