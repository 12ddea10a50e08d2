// SPDX-License-Identifier: MIT
import type { Round } from "./happenings.ts";

/** Who took part in the rounds of a day. */
export interface Participation {
  /** Rounds that were accepted in what was looked at. */
  readonly accepted: number;
  /** Rounds that were due in the same time: one each heartbeat. */
  readonly due: number;
  /** Seconds that were looked at: a day, or less where the page sees less. */
  readonly seconds: bigint;
  /** Share of those rounds, by seat. */
  readonly bySeat: ReadonlyMap<number, number>;
}

const DAY = 86_400n;
const SEATS = 32;

/** Counts the rounds of the last day that the current set signed. @param rounds Newest first. */
export function participationOf(
  rounds: readonly Round[],
  setId: bigint,
  heartbeat: bigint,
  now: bigint,
): Participation | undefined {
  const own = rounds.filter((round) => round.setId === setId && round.at + DAY > now);
  const oldest = own.at(-1);
  if (oldest === undefined) return undefined;
  const seconds = now > oldest.at ? now - oldest.at : 0n;
  const due = Math.max(own.length, Number(seconds / heartbeat));
  const bySeat = new Map<number, number>();
  for (let seat = 0; seat < SEATS; seat++) {
    const signed = own.filter(({ signers }) => ((signers >> BigInt(seat)) & 1n) === 1n).length;
    bySeat.set(seat, signed / due);
  }
  return { accepted: own.length, due, seconds, bySeat };
}
