// SPDX-License-Identifier: MIT
import { Result } from "ethers";
import { z } from "zod";

/** A struct that a contract returned, with these members; others are left out. */
export function structShape<Shape extends z.ZodRawShape>(members: Shape) {
  return z
    .instanceof(Result)
    .transform((result): unknown => result.toObject())
    .pipe(z.object(members));
}
