// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { PriceChange, ReportChange } from "../faultTypes.ts";
import { map, number, price, toPriceUnits, whole } from "./basics.ts";

const LARGEST_FACTOR = 1e9;

/** More than nothing: a price never is 0. */
export const factor = number(1e-9, LARGEST_FACTOR);

const changes = {
  multiply: factor.optional(),
  add: number(-10_000_000, 10_000_000).optional(),
  set: price().optional(),
  stuck: z.literal(true, { error: "expected true" }).optional(),
};

/** Exactly one of the ways in which a price can be wrong. */
export const priceChangeShape = map(changes).transform((given, context): PriceChange => {
  requireOne(given, context);
  return changeOf(given);
});

/** The same of a validator's prices. */
export const reportChangeShape = map({
  ...changes,
  drift: number(-10, 10).optional(),
  clamp: z
    .tuple([price(), price()], { error: "expected [lowest, highest] price" })
    .refine(([low, high]) => low <= high, { error: "the lowest is above the highest" })
    .optional(),
  decimals: whole(-18, 18).optional(),
}).transform((given, context): ReportChange => {
  requireOne(given, context);
  if (given.drift !== undefined) return { change: "drift", perHour: given.drift };
  if (given.clamp !== undefined) return { change: "clamp", low: given.clamp[0], high: given.clamp[1] };
  if (given.decimals !== undefined) return { change: "decimals", shift: given.decimals };
  return changeOf(given);
});

function changeOf(given: z.output<z.ZodObject<typeof changes>>): PriceChange {
  if (given.multiply !== undefined) return { change: "multiply", by: given.multiply };
  if (given.add !== undefined) return { change: "add", price: toPriceUnits(given.add) };
  if (given.set !== undefined) return { change: "set", price: given.set };
  return { change: "stuck" };
}

function requireOne(given: object, context: z.RefinementCtx): void {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  if (named.length === 1) return;
  const ways = "multiply, add, set, stuck or, of a validator, drift, clamp, decimals";
  context.addIssue({ code: "custom", message: `expected exactly one of ${ways}` });
}
