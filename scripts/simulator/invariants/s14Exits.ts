// SPDX-License-Identifier: MIT
import type { Invariant } from "./Invariant.ts";

/** S14: every exit that the laws promise succeeds, those that people tried and the one that is tried after each block. */
export function openExits(): Invariant {
  return {
    id: "S14",
    check({ probe }, { refusedExits }) {
      const [refused] = refusedExits;
      if (refused !== undefined) return `${refused.actor} was refused at ${refused.seconds} s: ${refused.reason}`;
      return probe?.isRefused === true ? `${probe.owner} could not ${probe.what}: ${probe.reason}` : undefined;
    },
  };
}
