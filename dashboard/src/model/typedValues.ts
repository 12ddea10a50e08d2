// SPDX-License-Identifier: MIT
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { parseDecimal } from "../../../scripts/model/parseDecimal.ts";
import type { Field, Typed } from "./act.ts";

export const STRIKE_DECIMALS = 4;
export const SIZE_DECIMALS = 6;
const EXPIRY_SECOND = 28_800n;
const NUMBER = /^\d{1,20}(\.\d{1,18})?$/;

/** A number that somebody typed, with so many decimals. @throws BallastError `badInput` for what is none, or has more. */
export function decimalOf(typed: Typed, field: Field, decimals: number): bigint {
  const text = typed[field] ?? "";
  if (!NUMBER.test(text) || (text.split(".")[1]?.length ?? 0) > decimals) throw badInput(field);
  return parseDecimal(text, decimals);
}

/** A day that somebody typed, as the expiry on it; unix seconds. @throws BallastError `badInput`. */
export function expiryOf({ expiry }: Typed): bigint {
  const midnight = /^\d{4}-\d\d-\d\d$/.test(expiry ?? "") ? Date.parse(`${expiry}T00:00:00Z`) : Number.NaN;
  // The 31st of February is read as a day of March.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(expiry!);
  if (!isDay) throw badInput("expiry");
  return BigInt(midnight / 1_000) + EXPIRY_SECOND;
}

/** What was typed into a field makes no sense. */
export function badInput(field: Field): BallastError {
  return new BallastError("badInput", `The ${field} makes no sense`, { context: { field } });
}
