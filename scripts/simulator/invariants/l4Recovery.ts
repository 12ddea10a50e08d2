// SPDX-License-Identifier: MIT
import { ageLevel } from "../../model/risk/modeMachine.ts";
import { lastHeal } from "./disturbed.ts";
import type { Invariant } from "./Invariant.ts";

const HOUR = 3_600;
/** Windows of a day run out, then half a day. */
const LIMIT_SECONDS = (24 + 12) * HOUR;

/** L4: feeds are in Normal half a day after the last fault healed, nothing was true any more and a day's windows ran out. */
export function normalReturns(): Invariant {
  const memory = { trueAt: 0 };
  return {
    id: "L4",
    memory,
    check({ feeds, seconds }, context) {
      const heartbeat = BigInt(context.heartbeat);
      if (feeds.some(({ level, age }) => level !== "normal" || ageLevel(BigInt(age), heartbeat) !== "normal"))
        memory.trueAt = seconds;
      const { trueAt } = memory;
      const healed = lastHeal(context);
      if (healed === undefined || seconds - Math.max(trueAt, healed) <= LIMIT_SECONDS) return undefined;
      const late = feeds.find(({ mode }) => mode !== "normal");
      return late && `${late.id} is in ${late.mode} ${seconds - Math.max(trueAt, healed)} s after all was well`;
    },
  };
}
