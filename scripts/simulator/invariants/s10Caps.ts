// SPDX-License-Identifier: MIT
import type { Level } from "../../model/risk/types.ts";
import type { Invariant } from "./Invariant.ts";

/** S10: after an opening open interest is within its cap. A cap that fell in the same block refuses only the next one. */
export function interestCaps(): Invariant {
  let modes: readonly Level[] = [];
  return {
    id: "S10",
    check({ interests, feeds }) {
      const isSame = feeds.every(({ mode }, slot) => (modes[slot] ?? mode) === mode);
      modes = feeds.map(({ mode }) => mode);
      const wrong = isSame && interests.find(({ openNotional, cap }) => cap !== undefined && openNotional > cap);
      return wrong ? `market ${wrong.market} has ${wrong.openNotional} open under a cap of ${wrong.cap}` : undefined;
    },
  };
}
