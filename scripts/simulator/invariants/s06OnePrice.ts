// SPDX-License-Identifier: MIT
import type { RelaySight } from "../record/sights.ts";
import type { Invariant } from "./Invariant.ts";

/** S6: a round is accepted once, later ones are newer, and a version of it only adds signers. */
export function onePrice(): Invariant {
  let latest: RelaySight | undefined;
  return {
    id: "S6",
    check({ relays, isReplaced }) {
      if (isReplaced) latest = undefined; // rounds of blocks that are no more may come again
      for (const relay of relays) {
        const wrong = latest === undefined ? undefined : wrongAfter(latest, relay);
        latest = relay;
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
