// SPDX-License-Identifier: MIT
import type { Level } from "../../model/risk/types.ts";
import type { Invariant } from "./Invariant.ts";

/** S10: after an opening open interest is within its cap. A cap that fell in the same block refuses only the next one. */
export function interestCaps(): Invariant {
  const memory: { modes: readonly Level[] } = { modes: [] };
  return {
    id: "S10",
    memory,
    check({ interests, feeds }) {
      const isSame = feeds.every(({ mode }, slot) => (memory.modes[slot] ?? mode) === mode);
      memory.modes = feeds.map(({ mode }) => mode);
      const wrong = isSame && interests.find(({ openNotional, cap }) => cap !== undefined && openNotional > cap);
      return wrong ? `market ${wrong.market} has ${wrong.openNotional} open under a cap of ${wrong.cap}` : undefined;
    },
  };
}
