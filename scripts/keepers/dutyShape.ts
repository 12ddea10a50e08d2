// SPDX-License-Identifier: MIT
import { z } from "zod";

import { milliseconds, wholeText } from "../chain/configShapes.ts";
import type { ActionClass } from "../model/intents/types.ts";

/** What work may cost, in a configuration; wei per gas. */
export interface FeeDefaults {
  /** Done whatever it brings in, up to the cap. */
  readonly mustDo: boolean;
  readonly maximumFeePerGas: bigint;
  readonly maximumGas: bigint;
}

/** Shape of what a duty's work may cost; what is left out has the duty's default. */
export function feeShape(defaults: FeeDefaults) {
  return z
    .strictObject({
      mustDo: z.boolean().default(defaults.mustDo),
      maximumFeePerGas: wholeText.default(defaults.maximumFeePerGas),
      maximumGas: wholeText.default(defaults.maximumGas),
      bumpAfterMs: milliseconds.default(15_000),
      /** Of the cost, what the reward must exceed it by; ignored for a must. */
      profitPercent: z.int().min(0).max(10_000).default(20),
    })
    .prefault({});
}

/** The class of actions a configuration describes. */
export function classOf(name: string, fees: z.output<ReturnType<typeof feeShape>>): ActionClass {
  const { bumpAfterMs, profitPercent, ...rest } = fees;
  return { name, ...rest, bumpAfterMs: BigInt(bumpAfterMs), profitPercent: BigInt(profitPercent) };
}
