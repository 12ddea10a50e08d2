// SPDX-License-Identifier: MIT
import { z } from "zod";

import { addressText, chainShape, clockShape, milliseconds, serverShape } from "../chain/configShapes.ts";

const count = z.int().min(1);

/** Configuration of a quote board. It has no key and no data folder. */
export const quotesConfigShape = z.strictObject({
  chain: chainShape.omit({ oracle: true }),
  contracts: z.strictObject({ clearinghouse: addressText, lens: addressText }),
  clock: clockShape.default({ kind: "system" }),
  server: serverShape.prefault({}),
  policy: z
    .strictObject({
      /** How often the chain is looked at for fills and cancellations. */
      pollMs: milliseconds.min(100).default(1_000),
      /** Quotes looked at again in every turn without a reason: their makers may have become short. */
      checkedPerTurn: count.max(1_000).default(20),
      /** Latest deadline of a quote from now on. */
      longestSeconds: count.max(604_800).default(3_600),
    })
    .prefault({}),
  limits: z
    .strictObject({
      quotes: count.max(20_000).default(2_000),
      quotesPerMaker: count.max(5_000).default(100),
      /** Offers that are being checked against the chain at once. */
      checks: count.max(256).default(16),
      /** Of them, those of one address. */
      checksPerAddress: count.max(256).default(8),
      /** Requests of one address: so many at once, and then so many a second. */
      burst: count.max(10_000).default(60),
      perSecond: count.max(1_000).default(20),
      streams: count.max(5_000).default(200),
      streamsPerAddress: count.max(1_000).default(10),
      /** Bytes that may wait for a reader of the stream before he is dropped. */
      waitingBytes: count.max(67_108_864).default(1_048_576),
      heartbeatMs: milliseconds.min(100).default(15_000),
    })
    .prefault({}),
});

/** A validated configuration. */
export type QuotesConfig = Readonly<z.output<typeof quotesConfigShape>>;
