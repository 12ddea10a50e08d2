// SPDX-License-Identifier: MIT
import { InvalidArgumentError } from "commander";

/** Parses an option that is a whole number from `lowest` to `highest`. */
export function wholeNumber(lowest: number, highest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}`);
  };
}
