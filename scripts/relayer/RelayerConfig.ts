// SPDX-License-Identifier: MIT
import { z } from "zod";

import {
  chainShape,
  clockShape,
  httpUrl,
  keyShape,
  milliseconds,
  serverShape,
  wholeText,
} from "../chain/configShapes.ts";

/** Configuration of a relayer. */
export const relayerConfigShape = z.strictObject({
  chain: chainShape,
  key: keyShape,
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  dataFolder: z.string().min(1),
  seed: z.int().optional(),
  /** Validators to collect from. */
  validators: z.array(httpUrl).min(1),
  /** Other relayers, whose reports are taken as well. */
  relayers: z.array(httpUrl).default([]),
  policy: z
    .strictObject({
      pollMs: milliseconds.min(100).default(1_000),
      sourceTimeoutMs: milliseconds.default(2_000),
      /** A quorum waits this long into the round for the missing. */
      completenessDelayMs: milliseconds.default(4_000),
      /** Adds up to this much, at random per round, so that relayers do not all send the same. */
      backupDelayMs: milliseconds.default(0),
      /**
       * `everyRound`: whatever it costs; what the sentinel's weights were fitted to.
       * `due`: a round is sent when a price moved by `deviationBps` or a heartbeat is over, which is what the oracle pays for.
       */
      relay: z.enum(["everyRound", "due"]).default("everyRound"),
      deviationBps: z.int().min(1).max(10_000).default(25),
      /** Without a quorum for this long (two heartbeats), more than half is relayed. */
      subQuorumAfterMs: milliseconds.default(120_000),
    })
    .prefault({}),
  fees: z
    .strictObject({
      maximumFeePerGas: wholeText.default(500_000_000_000n),
      bumpAfterMs: milliseconds.default(6_000),
      patienceMs: milliseconds.default(14_000),
      pollMs: milliseconds.min(100).default(1_000),
    })
    .prefault({}),
});

/** A validated configuration. */
export type RelayerConfig = Readonly<z.output<typeof relayerConfigShape>>;
