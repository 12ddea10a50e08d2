// SPDX-License-Identifier: MIT
import { z } from "zod";

import {
  addressText,
  chainShape,
  clockShape,
  finalityShape,
  httpUrl,
  keyShape,
  milliseconds,
  serverShape,
  wholeText,
} from "../chain/configShapes.ts";

const bps = z.int().min(0).max(100_000).transform(BigInt);
const seconds = z.int().min(1).max(86_400).transform(BigInt);

/** What is quoted of one market. Sizes with 6 decimals, cash in ledger units. */
const marketShape = z.strictObject({
  market: wholeText,
  /** Expiries ahead: 1 is the next 08:00 UTC. */
  expiries: z.array(z.int().min(1).max(90)).min(1).max(16),
  /** Options of one quote, and most of one series in either direction. */
  size: wholeText,
  mostInventory: wholeText,
  strikes: z.int().min(0).max(3).default(2),
  stepsApart: z.int().min(1).max(1_000).transform(BigInt).default(1n),
  /** Cash each book is filled up to from the free balance once it has fallen below half of it. */
  bookCash: wholeText,
  /** Cash beyond initial margin below which nothing more is written. */
  reserve: wholeText.default(0n),
});

/** Configuration of the reference maker. */
export const makerConfigShape = z.strictObject({
  chain: chainShape.omit({ oracle: true }),
  contracts: z.strictObject({ clearinghouse: addressText, lens: addressText }),
  key: keyShape,
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  dataFolder: z.string().min(1),
  boards: z.array(httpUrl).min(1).max(20),
  markets: z.array(marketShape).min(1).max(16),
  pricing: z
    .strictObject({
      volatilityShareBps: bps.default(6_000n),
      volatilityFloorBps: bps.default(5_000n),
      spreadBps: bps.default(400n),
      edgeBps: bps.default(5n),
      skewBps: bps.default(1_000n),
    })
    .prefault({}),
  policy: z
    .strictObject({
      pollMs: milliseconds.min(100).default(2_000),
      boardTimeoutMs: milliseconds.min(1).default(3_000),
      lifeSeconds: seconds.default(60n),
      moveBps: bps.default(20n),
      /** Quotes hold within so much of the price they were made at. */
      rangeBps: z.int().min(1).max(9_999).transform(BigInt).default(50n),
      oldestPriceSeconds: seconds.default(120n),
      /** Nothing is quoted on a newest block that is older than this: endpoints lag, or the chain stands. */
      oldestHeadSeconds: seconds.default(30n),
      lastSeconds: seconds.default(3_600n),
      volatilityMoveBps: bps.default(2_000n),
      cancelAboveSeconds: seconds.default(20n),
      finality: finalityShape.prefault({ kind: "depth", blocks: 1 }),
    })
    .prefault({}),
  fees: z
    .strictObject({
      maximumFeePerGas: wholeText.default(200_000_000_000n),
      maximumGas: wholeText.default(2_000_000n),
      bumpAfterMs: milliseconds.default(10_000),
    })
    .prefault({}),
});

/** A validated configuration. */
export type MakerConfig = Readonly<z.output<typeof makerConfigShape>>;

/** What is quoted of one market. */
export type MakerMarket = MakerConfig["markets"][number];
