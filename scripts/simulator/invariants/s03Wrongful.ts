// SPDX-License-Identifier: MIT
import type { Invariant } from "./Invariant.ts";

/** S3: nobody is liquidated who met maintenance at the true price with the band around it. */
export function noWrongfulLiquidation(): Invariant {
  return {
    id: "S3",
    check({ flags }) {
      const wrong = flags.find(({ isWrongful }) => isWrongful);
      return (
        wrong && `book ${wrong.id} was flagged with ${wrong.cash}, where ${wrong.required} was enough at the true price`
      );
    },
  };
}
