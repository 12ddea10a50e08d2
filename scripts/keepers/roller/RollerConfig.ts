// SPDX-License-Identifier: MIT
import { z } from "zod";

import { addressText } from "../../chain/configShapes.ts";
import { feeShape } from "../dutyShape.ts";

const GWEI = 1_000_000_000n;

/** Policy of the duty that takes vaults and insurance funds through their steps. */
export const rollerShape = z
  .strictObject({
    vaults: z.array(addressText).max(256).default([]),
    /** All of a factory's vaults besides. */
    factory: addressText.optional(),
    insuranceFunds: z.array(addressText).max(256).default([]),
    fees: feeShape({ mustDo: true, maximumFeePerGas: 200n * GWEI, maximumGas: 4_000_000n }),
  })
  .refine(
    ({ vaults, factory, insuranceFunds }) => vaults.length + insuranceFunds.length > 0 || factory !== undefined,
    "expected vaults, a factory or insurance funds",
  );

/** A validated policy. */
export type RollerConfig = z.output<typeof rollerShape>;
