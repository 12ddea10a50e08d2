// SPDX-License-Identifier: MIT
import { z } from "zod";

import { feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;

/** Policy of the duty that pokes breakers, witnesses and stake. */
export const breakerShape = z.strictObject({
  /** Whether witnesses are looked at; needs the router's address. */
  witnesses: z.boolean().default(true),
  /** Gas is dearest on the days that breakers and witnesses are there for. */
  fees: feeShape({ mustDo: true, maximumFeePerGas: 1_000n * GWEI, maximumGas: 1_000_000n }),
});

/** A validated policy. */
export type BreakerConfig = z.output<typeof breakerShape>;
