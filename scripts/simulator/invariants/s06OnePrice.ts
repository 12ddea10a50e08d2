// SPDX-License-Identifier: MIT
import type { RelaySight } from "../record/sights.ts";
import type { Invariant } from "./Invariant.ts";

/** S6: a round is accepted once, later ones are newer, and a version of it only adds signers. */
export function onePrice(): Invariant {
  const memory: { latest: RelaySight | undefined } = { latest: undefined };
  return {
    id: "S6",
    memory,
    check({ relays }) {
      for (const relay of relays) {
        const wrong = memory.latest === undefined ? undefined : wrongAfter(memory.latest, relay);
        memory.latest = relay;
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    },
  };
}

function wrongAfter(before: RelaySight, next: RelaySight): string | undefined {
  if (!next.isUpgrade)
    return next.round > before.round ? undefined : `round ${next.round} was accepted after round ${before.round}`;
  if (next.round !== before.round) return `round ${next.round} was upgraded after round ${before.round}`;
  const isMore = (next.signers & before.signers) === before.signers && next.signers !== before.signers;
  return isMore ? undefined : `round ${next.round} went from signers ${before.signers} to ${next.signers}`;
}
