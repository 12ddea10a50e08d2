// SPDX-License-Identifier: MIT
import { z } from "zod";

import { PRICE_ONE } from "../../../model/constants.ts";

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const MICROSECONDS = 1e6;
/** Longest duration anywhere, seconds: 400 days. */
export const LONGEST_SECONDS = 400 * UNIT_SECONDS.d;
/** Highest price of a file, USD. */
const HIGHEST_PRICE = 10_000_000;
const LOWEST_PRICE = 1 / Number(PRICE_ONE);

/** Text that stands between the names of allowed keys in the message about an unknown one. */
export const KEYS_APART = " ";

/** A map with these keys and no others. The message about unknown keys is the allowed ones, from which a hint is made. */
export function map<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? Object.keys(shape).join(KEYS_APART) : `expected a map of ${keysOf(shape)}`,
  });
}

function keysOf(shape: object): string {
  const keys = Object.keys(shape);
  return keys.length === 0 ? "nothing" : keys.join(", ");
}

/** A number between two, both included. NaN and infinity are none. */
export function number(least: number, most: number) {
  const error = `expected a number from ${plain(least)} to ${plain(most)}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** The same without fractions. */
export function whole(least: number, most: number) {
  const error = `expected a whole number from ${plain(least)} to ${plain(most)}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `expected one of ${values.join(", ")}` });
}

export function list<Item extends z.ZodType>(item: Item, least: number, most: number, what: string) {
  const error = `expected a list of ${least} to ${plain(most)} ${what}`;
  return z.array(item, { error }).min(least, { error }).max(most, { error });
}

export function text(longest: number, what: string) {
  const error = `expected ${what}, at most ${longest} characters`;
  return z.string({ error }).min(1, { error }).max(longest, { error });
}

/** Text of a form. */
export function formed(form: RegExp, what: string) {
  const error = `expected ${what}`;
  return z.string({ error }).regex(form, { error });
}

export function flag() {
  return z.boolean({ error: "expected true or false" });
}

/** A number with its unit, in seconds to the microsecond. */
export function duration(least: string, most: string) {
  const error = `expected a duration from ${least} to ${most} with its unit, such as 90s, 15m, 36h or 7d`;
  const sign = least.startsWith("-") ? "-?" : "";
  return z
    .string({ error })
    .regex(new RegExp(`^${sign}\\d{1,9}(\\.\\d{1,6})?[smhd]$`), { error })
    .transform((given, context) => {
      const seconds = secondsOf(given);
      if (seconds < secondsOf(least) || seconds > secondsOf(most)) context.addIssue({ code: "custom", message: error });
      return seconds;
    });
}

/** Seconds of `90s`, `15m`, `36h` or `7d`. */
export function secondsOf(given: string): number {
  const unit = UNIT_SECONDS[given.at(-1) as keyof typeof UNIT_SECONDS];
  return Math.round(Number(given.slice(0, -1)) * unit * MICROSECONDS) / MICROSECONDS;
}

/** USD, to 8 decimals. */
export function price() {
  return number(LOWEST_PRICE, HIGHEST_PRICE).transform(toPriceUnits);
}

/** Dollars of a file as 8 decimals. */
export function toPriceUnits(dollars: number): bigint {
  return BigInt(Math.round(dollars * Number(PRICE_ONE)));
}

function plain(value: number): string {
  return Math.abs(value) >= 10_000 ? value.toLocaleString("en-US") : `${value}`;
}
