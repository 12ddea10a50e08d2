// SPDX-License-Identifier: MIT
import { z } from "zod";

import { clockShape, serverShape, wholeText } from "../chain/configShapes.ts";

/** Configuration of the market server. */
export const marketConfigShape = z.strictObject({
  seed: z.int(),
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  /** When the path begins, unix milliseconds; before it every price is its initial one. */
  startAtMs: wholeText,
  feeds: z
    .array(
      z.strictObject({
        /** Base currency, such as ETH; USDT is needed for Binance, which quotes in it. */
        name: z.string().regex(/^[A-Z0-9]{2,10}$/),
        /** 8 decimals. */
        initialPrice: wholeText.refine((price) => price > 0n, "a price is positive"),
        volatilityBps: z.int().min(0).max(100_000).default(8_000),
        jumpsPerYear: z.int().min(0).max(1_000_000).default(80),
        jumpBps: z.int().min(0).max(5_000).default(250),
        /** Pull back to the initial price per second, for currencies that are meant to be stable. */
        reversionPpm: z.int().min(0).max(1_000_000).default(0),
        /** Decimals venues show. */
        decimals: z.int().min(0).max(8).default(2),
      }),
    )
    .min(1),
  /** Jumps at a known time: the price is multiplied by bps / 10,000. */
  events: z
    .array(z.strictObject({ feed: z.string(), atMs: wholeText, bps: z.int().min(1).max(1_000_000) }))
    .default([]),
  /** Largest distance of a venue's trade from the path. */
  venueNoiseBps: z.int().min(0).max(1_000).default(3),
});

/** A validated configuration. */
export type MarketConfig = Readonly<z.output<typeof marketConfigShape>>;
