// SPDX-License-Identifier: MIT
import { z } from "zod";

import { milliseconds } from "../../chain/configShapes.ts";
import { feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;

/** Policy of the duty that prices expiries and settles books. */
export const settlerShape = z.strictObject({
  /** Books settled in one transaction at most. */
  booksAtOnce: z.int().min(1).max(200).default(24),
  /** An expiry without a price for so long may need its witnesses; what they said can be proven for 72 hours. */
  witnessAfterMs: milliseconds.default(7_200_000),
  /** Whether fees are moved on to those they belong to, once a day; nobody is paid for that. */
  moveFees: z.boolean().default(true),
  fees: feeShape({ mustDo: true, maximumFeePerGas: 300n * GWEI, maximumGas: 12_000_000n }),
});

/** A validated policy. */
export type SettlerConfig = z.output<typeof settlerShape>;
