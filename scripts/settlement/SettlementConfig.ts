// SPDX-License-Identifier: MIT
import { z } from "zod";

import { addressText, chainShape, keyShape, wholeText } from "../chain/configShapes.ts";

const GWEI = 1_000_000_000n;

/** Configuration of `ballast settlement`. */
export const settlementConfigShape = z.strictObject({
  chain: chainShape,
  clearinghouse: addressText,
  /** To sign, the key of a seat; to post and to challenge, the key that sends. Without it both are only shown. */
  key: keyShape.optional(),
  /** What is sent is written down here first. */
  dataFolder: z.string().min(1).default("data/settlement"),
  maximumFeePerGas: wholeText.default(200n * GWEI),
});

/** A validated configuration. */
export type SettlementConfig = Readonly<z.output<typeof settlementConfigShape>>;
