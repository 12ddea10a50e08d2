// SPDX-License-Identifier: MIT
import { RELIABILITY_ONE } from "./constants.ts";

/** Reliability of a seat whose occupant is new: ¾. */
export const NEW_RELIABILITY = (RELIABILITY_ONE * 3n) / 4n;

/**
 * Reliability after an epoch: ⅛ of the way down or 1/32 of the way up toward the in-band share of on-time rounds,
 * divisions rounded down, kept within [½, 1]. Unchanged when the seat took part in nothing.
 */
export function stepReliability(reliability: bigint, inBand: bigint, tookPart: bigint): bigint {
  if (tookPart === 0n) return reliability;
  const share = (inBand * RELIABILITY_ONE) / tookPart;
  const next =
    share < reliability ? reliability - (reliability - share) / 8n : reliability + (share - reliability) / 32n;

  if (next < RELIABILITY_ONE / 2n) return RELIABILITY_ONE / 2n;
  return next > RELIABILITY_ONE ? RELIABILITY_ONE : next;
}
