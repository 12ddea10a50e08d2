// SPDX-License-Identifier: MIT
import { formatDecimal } from "../formatDecimal.ts";

/** Decimal text of an amount that may be negative, without zeros at the end, rounded towards zero. */
export function shownAmount(value: bigint, decimals: number, shown: number = decimals): string {
  const text = formatDecimal(value < 0n ? -value : value, decimals, shown);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return value < 0n && short !== "0" ? `-${short}` : short;
}

/** A moment as people read it: `2026-11-24 08:00`. */
export function shownTime(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace("T", " ");
}
