// SPDX-License-Identifier: MIT
import type { Mark } from "./stepTypes.ts";
import type { Averages, Latest, Pending, Witness } from "./types.ts";

/** Puts fields from the low end of a word upwards. */
function word(fields: readonly (readonly [value: number | bigint | boolean, bits: number])[]): bigint {
  let result = 0n;
  let at = 0n;
  for (const [value, bits] of fields) {
    result |= BigInt.asUintN(bits, BigInt(value)) << at;
    at += BigInt(bits);
  }
  return result;
}

/** {@link Latest} as the oracle stores it. */
export function packLatest(latest: Latest): bigint {
  return word([
    [latest.price, 64],
    [latest.round, 32],
    [latest.dispersion, 14],
    [latest.level, 3],
    [latest.source, 3],
    [latest.divergent, 1],
    [latest.pending, 1],
    [latest.dirtyQuarantine, 1],
    [latest.dirtyHalted, 1],
    [latest.witnessed, 1],
    [latest.isNew, 1],
    [latest.contradicted, 1],
    [latest.uptime, 32],
    [latest.sum, 75],
    [latest.coverage, 11],
    [latest.divergentRounds, 7],
    [latest.grace, 4],
    [latest.graceSpent, 4],
  ]);
}

/** {@link Averages} as the oracle stores them. */
export function packAverages(averages: Averages): bigint {
  return word([
    [averages.average5m, 26],
    [averages.average30m, 26],
    [averages.average12h, 26],
    [averages.previousRatio, 26],
    [averages.variance, 24],
    [averages.laggedDispersion, 14],
    [averages.sinceCautious, 15],
    [averages.sinceRecovery, 15],
    [averages.sinceReduceOnly, 15],
    [averages.sinceHalted, 15],
    [averages.quorumStreak, 5],
    [averages.divergentHistory, 20],
    [averages.wideCautious, 2],
    [averages.wideReduceOnly, 2],
    [averages.wideHalted, 3],
    [averages.clearStreak, 3],
    [averages.calmRounds, 7],
    [averages.previousDelta, 12],
  ]);
}

/** {@link Witness} as the half of a word of a feed with an even number. */
export function packWitness(witness: Witness): bigint {
  return word([
    [witness.price, 64],
    [witness.observedAt, 32],
    [witness.checkedDelay, 12],
    [witness.distanceBps, 12],
    [witness.agreed, 1],
    [witness.conflicted, 1],
    [witness.farSamples, 2],
    [witness.threshold, 4],
  ]);
}

/** {@link Pending} as the oracle stores it. */
export function packPending(pending: Pending): bigint {
  return word([
    [pending.price, 64],
    [pending.firstRound, 32],
    [pending.lastRound, 32],
    [pending.agreeing, 16],
    [pending.far, 1],
    [pending.afterGap, 1],
  ]);
}

/** {@link Mark} as the oracle stores it, without its link. */
export function packMark(mark: Mark): bigint {
  return word([
    [mark.price, 64],
    [mark.round, 32],
    [mark.sum, 75],
    [mark.coverage, 11],
    [mark.divergentRounds, 7],
    [mark.dirtyQuarantine, 1],
    [mark.dirtyHalted, 1],
  ]);
}
