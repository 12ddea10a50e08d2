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
  wholeText,
} from "../chain/configShapes.ts";
import { MARK_VOLATILITY_BPS } from "../model/trading/optionValue.ts";

/** Configuration of somebody who trades. */
export const tradeConfigShape = z.strictObject({
  chain: chainShape.omit({ oracle: true }),
  contracts: z.strictObject({
    clearinghouse: addressText,
    /** Block in which it was deployed: an account's history is read from there on. */
    clearinghouseBlock: wholeText.default(0n),
    lens: addressText,
    vaultLens: addressText.optional(),
  }),
  key: keyShape,
  clock: clockShape.default({ kind: "system" }),
  /** For what is under way and what the account did. One process at a time. */
  dataFolder: z.string().min(1),
  /** Boards that are asked for quotes. */
  boards: z.array(httpUrl).max(20).default([]),
  policy: z
    .strictObject({
      boardTimeoutMs: milliseconds.min(1).default(5_000),
      /** Of margin, put into a book beyond what it must hold, so that a price that moves meanwhile refuses nothing. */
      bufferBps: z.int().min(0).max(10_000).default(200),
      /** Values options that nobody bids for and offers. */
      markVolatilityBps: z.int().min(1).max(100_000).default(Number(MARK_VOLATILITY_BPS)),
      /** When what was sent is believed. */
      finality: finalityShape.prefault({ kind: "depth", blocks: 1 }),
      /** A transaction that is in no block by then is taken back. */
      patienceMs: milliseconds.min(1_000).default(120_000),
      pollMs: milliseconds.min(50).default(1_000),
    })
    .prefault({}),
  fees: z
    .strictObject({
      maximumFeePerGas: wholeText.default(200_000_000_000n),
      maximumGas: wholeText.default(12_000_000n),
      bumpAfterMs: milliseconds.default(15_000),
    })
    .prefault({}),
});

/** A validated configuration. */
export type TradeConfig = Readonly<z.output<typeof tradeConfigShape>>;
