// SPDX-License-Identifier: MIT
import { z } from "zod";

import { RecentMap } from "./RecentMap.ts";

/**
 * A shape whose values are met again and again: the same text is the same object, so that it is checked once, and what is worked
 * out of it is known whenever it comes again. For values that nobody changes. @param kept Values that are remembered.
 */
export function rememberedShape<Shape extends z.ZodType<object>>(shape: Shape, kept: number) {
  const read = new RecentMap<string, z.output<Shape>>(kept);
  return z.unknown().transform((given, context): z.output<Shape> => {
    const text = JSON.stringify(given);
    const known = read.known(text);
    if (known !== undefined) return known;
    const { success, data, error } = shape.safeParse(given);
    if (!success) {
      for (const { message, path } of error.issues) context.addIssue({ code: "custom", message, path });
      return z.NEVER;
    }
    read.put(text, data);
    return data;
  });
}
