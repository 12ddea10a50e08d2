// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { Invariant } from "./Invariant.ts";

/** Started, and sure that nobody else signs with its key: four rounds of listening, and half a minute. */
const GRACE_SECONDS = 90;
/** So many rounds without it are no accident. */
const ROUNDS = 3;

/** A validator that is at work again. */
interface Return {
  readonly since: number;
  /** Rounds that it could have signed and did not. */
  missed: number;
}

/** W3: a validator that was away signs again once it is back: it has its key, and its memory lets it. */
export function returnersSign(): Invariant {
  const memory = { members: new Set<string>(), away: new Set<string>(), back: new Map<string, Return>() };
  return {
    id: "W3",
    memory,
    check({ relays, seconds, timestamp }, { running }) {
      const { away, back } = memory;
      for (const { weights } of relays) memory.members = new Set(weights.keys());
      for (const name of memory.members) {
        if (!running.has(name)) away.add(name);
        else if (away.delete(name)) back.set(name, { since: seconds, missed: 0 });
      }
      for (const { round, reports, weights, isUpgrade } of relays) {
        const at = seconds - (timestamp - Number(round * ROUND_SECONDS));
        for (const [name, state] of back) {
          if (away.has(name) || reports.some(({ validator }) => validator === name)) back.delete(name);
          else if (!isUpgrade && weights.has(name) && at >= state.since + GRACE_SECONDS) state.missed += 1;
        }
      }
      const late = [...back].find(([, { missed }]) => missed >= ROUNDS);
      return late && `${late[0]} is back for ${seconds - late[1].since} s and in none of ${ROUNDS} rounds`;
    },
  };
}
