// SPDX-License-Identifier: MIT
import { z } from "zod";

import { addressText, chainShape, keyShape, wholeText } from "../chain/configShapes.ts";

const GWEI = 1_000_000_000n;

/** Configuration of `ballast seat`. */
export const seatConfigShape = z.strictObject({
  chain: chainShape,
  registry: addressText,
  /** Of all acts but `register`, which is told it. */
  validatorId: wholeText.optional(),
  /** Key that signs after the next change of the set, for `rotate`, or from the first set on, for `register`. */
  nextKey: keyShape.optional(),
  /** Key that sends: the withdrawal key, or for some acts the signing key. Without it acts are only shown. */
  key: keyShape.optional(),
  /** What is sent is written down here first. */
  dataFolder: z.string().min(1).default("data/seat"),
  maximumFeePerGas: wholeText.default(200n * GWEI),
});

/** A validated configuration. */
export type SeatConfig = Readonly<z.output<typeof seatConfigShape>>;
