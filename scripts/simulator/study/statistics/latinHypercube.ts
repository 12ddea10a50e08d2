// SPDX-License-Identifier: MIT
import type { Units } from "../../../model/market/repeatableMath.ts";

/**
 * Points of the unit cube of which each of `count` equal slices of every dimension holds exactly one: a Latin hypercube. Covers
 * each dimension evenly whatever their number. Pure but for `random`.
 */
export function latinHypercube(count: number, dimensions: number, random: Units): number[][] {
  const columns = Array.from({ length: dimensions }, () =>
    shuffled(count, random).map((slice) => (slice + random.unit()) / count),
  );
  return Array.from({ length: count }, (_, point) => columns.map((column) => column[point]!));
}

/** 0 to count − 1 in random order. */
function shuffled(count: number, random: Units): number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random.unit() * (last + 1));
    [places[last], places[other]] = [places[other]!, places[last]!];
  }
  return places;
}
