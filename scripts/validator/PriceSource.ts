// SPDX-License-Identifier: MIT
import type { Prices } from "../model/types.ts";

/** Where a validator's prices come from. */
export interface PriceSource {
  /** Vector as of `nowMs`, not yet rounded to ticks; 0 where it abstains. Never throws for a venue's sake. */
  observe(nowMs: bigint): Promise<Prices>;
}
