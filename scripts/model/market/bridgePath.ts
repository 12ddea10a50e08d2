// SPDX-License-Identifier: MIT
import { STEP_SECONDS } from "./jumpPath.ts";
import { exp, ln, normal } from "./repeatableMath.ts";
import type { Units } from "./repeatableMath.ts";

const YEAR = 365 * 86_400;
const PRICE_ONE = 1e8;

/** Minute, price in dollars, annual volatility of the bridge that ends there (a share of one; 0 for a straight line). */
export type PathAnchor = readonly [minute: number, dollars: number, volatility: number];

/**
 * Prices every 15 s from the first anchor to the last: Brownian bridges of the logarithm between anchors, which are hit
 * exactly. Whole numbers with 8 decimals, the first of them at the first anchor.
 */
export function bridgePath(anchors: readonly PathAnchor[], units: Units): number[] {
  const prices = [toPrice(anchors[0]?.[1] ?? 1)];
  for (const [index, [minute, dollars, volatility]] of anchors.entries()) {
    const before = anchors[index - 1];
    if (before === undefined) continue;
    const steps = Math.round(((minute - before[0]) * 60) / STEP_SECONDS);
    const end = ln(dollars);
    const variance = (volatility * volatility * STEP_SECONDS) / YEAR;
    let log = ln(before[1]);
    for (let left = steps; left > 1; left -= 1) {
      // What is left is shared by the steps that are left; the last of them has no freedom.
      log += (end - log) / left + Math.sqrt((variance * (left - 1)) / left) * normal(units);
      prices.push(toPrice(exp(log)));
    }
    prices.push(toPrice(dollars));
  }
  return prices;
}

function toPrice(dollars: number): number {
  return Math.max(Math.round(dollars * PRICE_ONE), 1);
}
