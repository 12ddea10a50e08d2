// SPDX-License-Identifier: MIT
import { quantileOf } from "../../../model/sentinel/quality.ts";

/** How values are spread. Null stands for more than any number: what never came. */
export interface Distribution {
  readonly mean: number | null;
  readonly min: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Describes at least one value, infinite ones among them. Pure. */
export function describeValues(values: readonly number[]): Distribution {
  const at = (share: number): number | null => finite(quantileOf(values, share)!);
  return {
    mean: finite(meanOf(values)),
    min: at(0),
    p5: at(0.05),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

/** Arithmetic mean of at least one value. Pure. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** JSON knows no infinity. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
