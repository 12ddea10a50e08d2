// SPDX-License-Identifier: MIT
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { initialScenario, maintenanceScenario, timeValueUp } from "../../../scripts/model/clearing/margin.ts";
import type { Band, Leg, Scenario, Terms } from "../../../scripts/model/clearing/types.ts";

export const LARGEST_SIZE = (1n << 86n) - 1n;
export const LARGEST_STRIKE = (1n << 40n) - 1n;
export const LARGEST_PRICE = (1n << 64n) - 1n;

/** One book with everything that decides what it must hold; named as in `MarginHarness.Case`. */
export interface Case {
  readonly legs: readonly Leg[];
  readonly terms: Terms;
  readonly band: Band;
  readonly initialShockBps: bigint;
  readonly maintenanceShockBps: bigint;
  readonly initialFloorBps: bigint;
  readonly maintenanceFloorBps: bigint;
  readonly volatilityBps: bigint;
  readonly secondsLeft: bigint;
  readonly multiplierBps: bigint;
  readonly addOnBps: bigint;
}

export function initialOf(given: Case): Scenario {
  return initialScenario(given.band, {
    shockBps: given.initialShockBps,
    floorBps: given.initialFloorBps,
    timeValue: timeValueUp(given.volatilityBps, given.secondsLeft),
    multiplierBps: given.multiplierBps,
    addOnBps: given.addOnBps,
  });
}

export function maintenanceOf(given: Case): Scenario {
  return maintenanceScenario(given.band, {
    shockBps: given.maintenanceShockBps,
    floorBps: given.maintenanceFloorBps,
    timeValue: timeValueUp(10_000n, given.secondsLeft),
  });
}

/** Random books, the same for the same seed. */
export class RandomBooks {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Whole number from `low` to `high`, both included. */
  between(low: bigint, high: bigint): bigint {
    return low + this.#random.below(high - low + 1n);
  }

  /** The same, every number of bits as likely as any other. */
  logBetween(low: bigint, high: bigint): bigint {
    const bits = this.between(BigInt(low.toString(2).length), BigInt(high.toString(2).length));
    const [least, most] = [1n << (bits - 1n), (1n << bits) - 1n];
    return this.between(least < low ? low : least, most > high ? high : most);
  }

  /** A book as somebody might hold it. */
  usual(): Case {
    const price = this.between(1_00000000n, 100_000_00000000n);
    return this.#case(price, () => this.between(-5_000000n, 5_000000n) || 1n);
  }

  /** Any size and any price that can be said at all. */
  extreme(): Case {
    const price = this.logBetween(1n, LARGEST_PRICE);
    return this.#case(price, () => {
      const size = this.logBetween(1n, LARGEST_SIZE);
      return this.between(0n, 1n) === 0n ? size : -size;
    });
  }

  terms(): Terms {
    return {
      kind: this.between(0n, 1n) === 0n ? "quote" : "coin",
      unitDecimals: Number(this.between(0n, 9n)),
      capBps: this.between(10_000n, 20_000n),
    };
  }

  legs(price: bigint, size: () => bigint): Leg[] {
    return Array.from({ length: Number(this.between(1n, 8n)) }, () => ({
      strike: strikeAt(price, this.between(2_000n, 40_000n)),
      isCall: this.between(0n, 1n) === 0n,
      size: size(),
    }));
  }

  #case(price: bigint, size: () => bigint): Case {
    const spread = this.between(0n, 2n) === 0n ? 0n : this.between(0n, price / 5n);
    const highest = price + this.between(0n, spread);
    const maintenanceShockBps = this.between(0n, 4_000n);
    const maintenanceFloorBps = this.between(0n, 1_500n);
    return {
      legs: this.legs(price, size),
      terms: this.terms(),
      band: { price, low: price - this.between(0n, spread), high: highest > LARGEST_PRICE ? LARGEST_PRICE : highest },
      initialShockBps: maintenanceShockBps + this.between(0n, 5_000n),
      maintenanceShockBps,
      initialFloorBps: maintenanceFloorBps + this.between(0n, 1_500n),
      maintenanceFloorBps,
      volatilityBps: this.between(12_000n, 40_000n),
      secondsLeft: this.between(0n, 90n * 86_400n),
      multiplierBps: this.between(0n, 1n) === 0n ? 10_000n : 12_500n,
      addOnBps: this.between(0n, 2n) === 0n ? this.between(0n, 1_000n) : 0n,
    };
  }
}

/** The strike at a share of the price, within what a strike can be. */
export function strikeAt(price: bigint, shareBps: bigint): bigint {
  const strike = (price * shareBps) / 100_000_000n;
  if (strike === 0n) return 1n;
  return strike > LARGEST_STRIKE ? LARGEST_STRIKE : strike;
}
