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
import { feeShape } from "../keepers/dutyShape.ts";
import { FEED_SLOTS } from "../model/constants.ts";
import { DETECTORS } from "../model/sentinel/weights.ts";

const GWEI = 1_000_000_000n;

/** Configuration of a sentinel. */
export const sentinelConfigShape = z.strictObject({
  chain: chainShape,
  contracts: z.strictObject({ riskManager: addressText }),
  /** One of the risk manager's reporters. */
  key: keyShape,
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  dataFolder: z.string().min(1),
  /** Slots of the feeds it watches. */
  feeds: z
    .array(z.int().min(0).lt(FEED_SLOTS))
    .min(1)
    .refine((feeds) => new Set(feeds).size === feeds.length, "expected each feed once")
    .default([0]),
  /** Relayers whose pages it reads; without an answer of one of them it abstains. */
  relayers: z.array(httpUrl).min(1),
  /** Weights file; the one that comes with the program unless said. */
  weights: z.string().min(1).optional(),
  detector: z.enum(DETECTORS).default("logistic"),
  policy: z
    .strictObject({
      pollMs: milliseconds.min(100).default(3_000),
      /** A slot is looked at so long after it ended. */
      lookDelayMs: milliseconds.max(14_000).default(1_000),
      sourceTimeoutMs: milliseconds.min(100).default(2_000),
      /** The risk must be below this part of a step's threshold to leave it. */
      release: z.number().min(0).max(1).default(0.6),
      /** And for so long, once per step. */
      dwellMs: milliseconds.default(600_000),
      /** What holds is told again after so long. */
      renewMs: milliseconds.min(60_000).default(600_000),
      /** Blocks of about an hour. */
      lookBackBlocks: wholeText.default(1_800n),
      finality: finalityShape.prefault({ kind: "tag", tag: "finalized" }),
      forgottenMs: milliseconds.default(120_000),
    })
    .prefault({}),
  /** What a report may cost. */
  fees: feeShape({ mustDo: true, maximumFeePerGas: 500n * GWEI, maximumGas: 300_000n }),
  /** Empty transactions that fill nonces nobody has. */
  filler: feeShape({ mustDo: true, maximumFeePerGas: 500n * GWEI, maximumGas: 100_000n }),
});

/** A validated configuration. */
export type SentinelConfig = Readonly<z.output<typeof sentinelConfigShape>>;
