// SPDX-License-Identifier: MIT
import { AssertionError } from "chai";

/** Two floating-point numbers are within a tolerance; chai's own `closeTo` takes whole numbers only once Hardhat's is loaded. */
export function expectNear(actual: number | undefined, label: string, expected: number, tolerance: number): void {
  if (actual === undefined || !(Math.abs(actual - expected) <= tolerance))
    throw new AssertionError(`${label}: ${actual} is not within ${tolerance} of ${expected}`);
}
