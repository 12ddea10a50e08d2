// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { QuoteFilter } from "./QuoteBoard.ts";

const whole = z
  .string()
  .regex(/^\d{1,19}$/, "expected a whole number")
  .transform(BigInt);
const filterShape = z.object({
  market: whole.optional(),
  expiry: whole.optional(),
  strike: whole.optional(),
  call: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  maker: z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, "expected an address")
    .transform((text) => text.toLowerCase())
    .optional(),
});

/** What a query asks for. Expiry in unix seconds, strike with 4 decimals. @throws BallastError `badRequest`. */
export function quoteFilter(query: URLSearchParams): QuoteFilter {
  const parsed = filterShape.safeParse(Object.fromEntries(query));
  if (!parsed.success)
    throw new BallastError(
      "badRequest",
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    );
  const { call, ...rest } = parsed.data;
  const given = Object.entries({ ...rest, isCall: call }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
