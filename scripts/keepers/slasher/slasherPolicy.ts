// SPDX-License-Identifier: MIT
import { z } from "zod";

import { httpUrl, milliseconds, wholeText } from "../../chain/configShapes.ts";
import { feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;

/** Policy of the slash watcher. */
export const slasherPolicyShape = z.strictObject({
  /** Relayers whose traffic is watched, several: an equivocator shows each of them what it likes. */
  relayers: z.array(httpUrl).max(32).default([]),
  collectMs: milliseconds.min(500).default(5_000),
  relayerTimeoutMs: milliseconds.min(100).default(1_500),
  /** Rounds whose reports are kept; the oracle keeps 4,096. */
  keptRounds: z.int().min(64).max(40_320).default(4_096),
  /** Blocks before the first look that are read back. */
  lookBackBlocks: z.int().min(0).max(100_000).default(1_000),
  /** Blocks read in one turn at most. */
  blocksPerTurn: z.int().min(1).max(10_000).default(500),
  /** Wei that one whole bond token is worth; 0 takes a tenth of a penalty for worth nothing. */
  weiPerBondToken: wholeText.default(0n),
  fees: feeShape({ mustDo: true, maximumFeePerGas: 200n * GWEI, maximumGas: 3_000_000n }),
});

/** A validated policy. */
export type SlasherPolicy = z.output<typeof slasherPolicyShape>;
