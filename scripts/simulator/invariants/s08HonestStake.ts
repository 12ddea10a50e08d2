// SPDX-License-Identifier: MIT
import { stakeLosses } from "../record/SlashRecord.ts";
import type { Invariant } from "./Invariant.ts";

/** S8: whoever signs one true vector per round, at least half of each epoch, loses nothing. */
export function honestStake(): Invariant {
  const memory = { faults: new Map<bigint, string>() };
  return {
    id: "S8",
    memory,
    check({ events }, { isHonestLoss, validatorName }) {
      const wrong = stakeLosses(events, validatorName, memory.faults).find(isHonestLoss);
      return wrong && `${wrong.validator} is honest and lost ${wrong.amount} for ${wrong.fault}`;
    },
  };
}
