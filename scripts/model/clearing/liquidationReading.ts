// SPDX-License-Identifier: MIT
import type { Liquidation } from "../risk/types.ts";
import type { Band, Scenario } from "./types.ts";

/** What the books of one market and expiry are liquidated by, at one block. */
export interface LiquidationReading {
  readonly market: bigint;
  readonly expiry: bigint;
  /** Of the price, seconds. */
  readonly age: bigint;
  /** None also where there is no price. */
  readonly allowed: Liquidation;
  readonly latest: Band;
  /** Of the newest price at least a minute older; without one nobody is flagged. */
  readonly earlier: Band | undefined;
  /** What maintenance margin is made of; the time value at 100 % volatility, 9 decimals. */
  readonly maintenance: { readonly shockBps: bigint; readonly floorBps: bigint; readonly timeValue: bigint };
  /** What a book that takes legs over is held against. */
  readonly initial: Scenario;
}
