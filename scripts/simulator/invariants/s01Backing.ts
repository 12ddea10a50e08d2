// SPDX-License-Identifier: MIT
import { hasMoved } from "./Invariant.ts";
import type { Invariant } from "./Invariant.ts";
import { owedIn } from "./owedIn.ts";

/** S1: the tokens held cover everything that is owed, token by token, exactly. What is owed is summed up from events. */
export function backing(): Invariant {
  const owed = new Map<string, bigint>();
  return {
    id: "S1",
    check(sight) {
      for (const { token, balance, scale } of sight.tokens) {
        if (!owed.has(token) || hasMoved(sight)) owed.set(token, owedIn(sight.ledger, token));
        const units = owed.get(token)! * scale;
        if (balance < units) return `of ${token} ${balance} are held and ${units} owed`;
      }
      return undefined;
    },
  };
}
