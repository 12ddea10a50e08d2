// SPDX-License-Identifier: MIT
import { BallastError } from "./BallastError.ts";

/**
 * Fixed-point value of a plain decimal such as "2519.03", rounded down to `decimals` places.
 * @throws BallastError `decimalMalformed` for signs, exponents, blanks and anything else.
 */
export function parseDecimal(text: string, decimals: number): bigint {
  const match = /^(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  if (match === null)
    throw new BallastError("decimalMalformed", "Not a plain decimal number", { context: { text: text.slice(0, 60) } });
  const fraction = (match[2] ?? "").slice(0, decimals).padEnd(decimals, "0");
  return BigInt(`${match[1]}${fraction}`);
}
