// SPDX-License-Identifier: MIT
import { InvalidArgumentError } from "commander";

import { duration } from "../simulator/scenario/shapes/basics.ts";

/** Parses an option that is a duration, such as `90s` or `15m`, as in scenarios. */
export function durationSeconds(least: string, most: string) {
  const shape = duration(least, most);
  return (text: string): number => {
    const parsed = shape.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues[0]!.message);
  };
}
