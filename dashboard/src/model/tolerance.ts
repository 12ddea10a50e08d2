// SPDX-License-Identifier: MIT
/** A seat whose weight counts. */
export interface Seat {
  readonly seat: number;
  readonly domain: number;
  /** Whole units of the bond. */
  readonly weight: bigint;
  /** Bond token units. */
  readonly bond: bigint;
}

/** Fewest validators, and what they have. */
export interface Coalition {
  readonly members: number;
  /** Share of active weight. */
  readonly share: number;
  /** Sum of their bonds, bond token units. */
  readonly bond: bigint;
}

/** What a set withstands. */
export interface Tolerance {
  readonly members: number;
  readonly weight: bigint;
  /** Fewest whose silence leaves no quorum: a third of the weight. */
  readonly stall: Coalition;
  /** Fewest with half of the weight: the median is a price of theirs, whatever the others sign. */
  readonly capture: Coalition;
  /** Cheapest bonds that come to half of the weight: what a buyer of validators would put at stake at least. */
  readonly cheapestCapture: bigint;
  /** Sum of squared shares, 1 when one has all. */
  readonly concentration: number;
  /** Largest share of one failure domain. */
  readonly largestDomain: { readonly domain: number; readonly share: number };
}

/** Of seats whose weight counts; undefined for none. */
export function toleranceOf(seats: readonly Seat[]): Tolerance | undefined {
  const weight = seats.reduce((sum, seat) => sum + seat.weight, 0n);
  if (weight === 0n) return undefined;
  const largest = seats.toSorted((a, b) => Number(b.weight - a.weight));
  const share = (part: bigint): number => Number((part * 1_000_000n) / weight) / 1_000_000;
  const coalition = (isEnough: (part: bigint) => boolean): Coalition => {
    let [members, part, bond] = [0, 0n, 0n];
    for (const seat of largest) {
      if (isEnough(part)) break;
      [members, part, bond] = [members + 1, part + seat.weight, bond + seat.bond];
    }
    return { members, share: share(part), bond };
  };
  const domains = new Map<number, bigint>();
  for (const { domain, weight: own } of seats) domains.set(domain, (domains.get(domain) ?? 0n) + own);
  const [domain, most] = [...domains].reduce((a, b) => (b[1] > a[1] ? b : a));
  return {
    members: seats.length,
    weight,
    stall: coalition((part) => part * 3n >= weight),
    capture: coalition((part) => part * 2n >= weight),
    cheapestCapture: cheapest(seats, weight),
    concentration: seats.reduce((sum, seat) => sum + share(seat.weight) ** 2, 0),
    largestDomain: { domain, share: share(most) },
  };
}

/** Seats in the order of bond for their weight, until they are half of it: within one seat of the least there is. */
function cheapest(seats: readonly Seat[], weight: bigint): bigint {
  const order = seats
    .filter((seat) => seat.weight > 0n)
    .toSorted((a, b) => Number(a.bond * b.weight - b.bond * a.weight));
  let [part, bond] = [0n, 0n];
  for (const seat of order) {
    if (part * 2n >= weight) break;
    [part, bond] = [part + seat.weight, bond + seat.bond];
  }
  return bond;
}

const STEPS = 2_000;

/**
 * Probability that signers come to more than two thirds of the weight, each signing by himself with his own probability.
 * Weights are counted in 2,000ths, rounded down, so the answer errs low.
 */
export function quorumProbability(seats: readonly { readonly weight: bigint; readonly signs: number }[]): number {
  const total = seats.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return 0;
  let chances = new Float64Array(STEPS + 1);
  chances[0] = 1;
  for (const { weight, signs } of seats) {
    const step = Number((weight * BigInt(STEPS)) / total);
    const next = new Float64Array(STEPS + 1);
    for (let sum = 0; sum <= STEPS; sum++) {
      const chance = chances[sum]!;
      if (chance === 0) continue;
      next[sum]! += chance * (1 - signs);
      next[Math.min(sum + step, STEPS)]! += chance * signs;
    }
    chances = next;
  }
  return chances.reduce((sum, chance, at) => (at * 3 > 2 * STEPS ? sum + chance : sum), 0);
}

/** That at least one of so many rounds has a quorum. */
export function withinRounds(probability: number, rounds: number): number {
  return 1 - (1 - probability) ** rounds;
}
