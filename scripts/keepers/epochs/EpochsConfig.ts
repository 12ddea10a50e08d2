// SPDX-License-Identifier: MIT
import { z } from "zod";

import { httpUrl, milliseconds } from "../../chain/configShapes.ts";
import { feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;

/** Policy of the duty that closes epochs and has late reports credited. */
export const epochsShape = z.strictObject({
  /** Relayers or validators whose reports are looked through for ones that came too late. */
  relayers: z.array(httpUrl).max(32).default([]),
  relayerTimeoutMs: milliseconds.min(1).default(3_000),
  /** Between two looks: epochs are a day, and a late report may wait for minutes. */
  everyMs: milliseconds.default(60_000),
  fees: feeShape({ mustDo: true, maximumFeePerGas: 200n * GWEI, maximumGas: 8_000_000n }),
});

/** A validated policy. */
export type EpochsConfig = z.output<typeof epochsShape>;
