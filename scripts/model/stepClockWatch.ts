// SPDX-License-Identifier: MIT
/** What a program's clock looks like beside its chain's. */
export type ClockVerdict =
  /** As far as blocks tell. */
  | "sound"
  /** The newest block is from a time that has not come here. */
  | "behind"
  /** A block that has just come is old already: the clock is ahead, or the chain catches up. */
  | "ahead"
  /** The clock was set, or time passed unseen, and no block has come since that would tell. */
  | "unsure";

/** A clock as the last look left it. */
export interface ClockWatch {
  readonly verdict: ClockVerdict;
  /** Own clock less the time of the newest block when it was last known to be new. */
  readonly leadMs?: bigint;
  /** Newest block's time and own clock at the last look; none before the first. */
  readonly last?: ClockLook;
}

/** A look at the newest block. */
export interface ClockLook {
  readonly nowMs: bigint;
  readonly headMs: bigint;
}

/** Before anything was seen. */
export const UNWATCHED: ClockWatch = { verdict: "sound" };

/**
 * Judges a clock by the newest block it is shown beside. Pure.
 *
 * 1. A block is never from the future: one that is ahead by more than the bound shows a clock that is behind.
 * 2. A block within the bound shows a clock within the bound, however long ago it came.
 * 3. An older block says nothing by itself, for a chain may stand, and then validators go on. One that has come since the
 *    last look is no older than that look, so its age is the clock's error.
 * 4. On a chain that stands only a jump of the clock between two looks shows, and makes all that was known void.
 */
export function stepClockWatch({ verdict, leadMs, last }: ClockWatch, look: ClockLook, boundMs: bigint): ClockWatch {
  const lead = look.nowMs - look.headMs;
  if (lead < -boundMs) return { verdict: "behind", leadMs: lead, last: look };
  if (lead <= boundMs) return { verdict: "sound", leadMs: lead, last: look };
  if (last !== undefined && look.headMs > last.headMs) return { verdict: "ahead", leadMs: lead, last: look };

  const passed = last === undefined ? 0n : look.nowMs - last.nowMs;
  const isJump = passed > boundMs || passed < -boundMs;
  return {
    verdict: isJump || verdict === "behind" ? "unsure" : verdict,
    ...(leadMs !== undefined && { leadMs }),
    last: look,
  };
}
