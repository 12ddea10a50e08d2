// SPDX-License-Identifier: MIT
import { CAUSE } from "../../../scripts/model/oracle/signal.ts";

const WORDS: Readonly<Record<keyof typeof CAUSE, string>> = {
  average5m: "far from its 5 min average",
  average30m: "far from its 30 min average",
  average12h: "far from its 12 h average",
  jump: "a jump between two rounds",
  weight: "too few validators sign",
  rung: "no full quorum",
  dispersion: "validators’ prices lie far apart",
  witness: "away from its witness",
  noWitness: "no fresh witness",
  resume: "prices resumed after an outage",
  divergent: "the two medians differ",
  impaired: "too much weight is gone",
  conflict: "witnesses contradict each other",
  isNew: "a new feed, not listed yet",
};

/** Rows of the trigger table that a cause names, in words. */
export function causeWords(cause: bigint): string[] {
  return (Object.keys(CAUSE) as (keyof typeof CAUSE)[])
    .filter((row) => (cause & BigInt(CAUSE[row])) !== 0n)
    .map((row) => WORDS[row]);
}
