// SPDX-License-Identifier: MIT
/** Fewest members a set can have: below, no cap on weight keeps one member under a third. */
const MINIMUM_MEMBERS = 4;

/**
 * Weights of a set from its bonds: min(bond, t) with the largest whole t that satisfies t ≤ cap · Σ min(bond, t) and
 * cap = min(1.5 / n, 30 %). Empty below four members. Bonds in whole units of the bond token.
 */
export function waterFill(bonds: readonly bigint[]): bigint[] {
  if (bonds.length < MINIMUM_MEMBERS) return [];
  const members = BigInt(bonds.length);
  const [numerator, denominator] = members <= 5n ? [3n, 10n] : [3n, 2n * members];

  // Σ min(bond, t) is concave in t, so "t satisfies the cap" changes once from true to false: bisect.
  let low = 0n;
  let high = bonds.reduce((largest, bond) => (bond > largest ? bond : largest), 0n);
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle * denominator <= numerator * total(bonds, middle)) low = middle;
    else high = middle - 1n;
  }

  return bonds.map((bond) => (bond < low ? bond : low));
}

function total(bonds: readonly bigint[], ceiling: bigint): bigint {
  return bonds.reduce((sum, bond) => sum + (bond < ceiling ? bond : ceiling), 0n);
}
