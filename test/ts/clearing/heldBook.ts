// SPDX-License-Identifier: MIT
import { initialScenario, maintenanceScenario, timeValueUp } from "../../../scripts/model/clearing/margin.ts";
import type { CollateralKind, Leg, Scenario, Terms } from "../../../scripts/model/clearing/types.ts";
import { Mode, PARAMETERS } from "./ClearingBench.ts";
import type { RandomBooks } from "./randomBooks.ts";

/** Shocks and floors of the two markets of `ClearingBench`, in bps. */
const BOOK_RULES = {
  quote: { initialShock: 2_500n, maintenanceShock: 1_500n, initialFloor: 1_200n, maintenanceFloor: 900n },
  coin: { initialShock: 2_800n, maintenanceShock: 1_800n, initialFloor: 1_400n, maintenanceFloor: 1_000n },
};

/** A leg as the contracts show it. */
export interface HeldLeg {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly size: bigint;
}

/** What a risk contract may say; prices of 8 decimals. */
export interface Reading {
  readonly mode: bigint;
  readonly opens: boolean;
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly age: bigint;
  readonly average12h: bigint;
  readonly volatilityBps: bigint;
  readonly multiplierBps: bigint;
  readonly addOnBps: bigint;
  readonly notionalCap: bigint;
  readonly lossShareBps: bigint;
}

/** Terms of the two markets of `ClearingBench`. */
export function termsOf(kind: CollateralKind): Terms {
  return { kind, unitDecimals: kind === "quote" ? 6 : 9, capBps: PARAMETERS.capBps };
}

/** Any band, volatility, factor and add-on; never older than a day. */
export function randomReading(books: RandomBooks): Reading {
  const price = books.between(100n * 10n ** 8n, 10_000n * 10n ** 8n);
  const spread = books.between(0n, 2n) === 0n ? 0n : books.between(0n, price / 5n);
  return {
    mode: Mode.Normal,
    opens: true,
    price,
    low: price - books.between(0n, spread),
    high: price + books.between(0n, spread),
    age: books.between(0n, 86_400n),
    average12h: price,
    volatilityBps: books.between(12_000n, 40_000n),
    multiplierBps: books.between(0n, 1n) === 0n ? 10_000n : 12_500n,
    addOnBps: books.between(0n, 2n) === 0n ? books.between(0n, 1_000n) : 0n,
    notionalCap: 10n ** 15n,
    lossShareBps: 800n,
  };
}

/** One to eight legs around a price, every series once. */
export function heldBook(books: RandomBooks, price: bigint): HeldLeg[] {
  return everySeriesOnce(books.legs(price, () => books.between(-5_000_000n, 5_000_000n) || 1n));
}

/** The first leg of every series, as in a book. */
export function everySeriesOnce(legs: readonly HeldLeg[]): HeldLeg[] {
  const isFirst = (leg: HeldLeg, index: number): boolean =>
    legs.findIndex(({ strike, isCall }) => strike === leg.strike && isCall === leg.isCall) === index;
  return legs.filter(isFirst);
}

/** The legs of a view for the model. */
export function modelLegs(legs: readonly HeldLeg[]): Leg[] {
  return legs.map(({ strike, isCall, size }) => ({ strike, isCall, size }));
}

/** What the mirror looks at for a market of `ClearingBench`. */
export function mirroredScenarios(
  kind: CollateralKind,
  reading: Reading,
  secondsLeft: bigint,
): { initial: Scenario; maintenance: Scenario } {
  const rules = BOOK_RULES[kind];
  return {
    initial: initialScenario(reading, {
      shockBps: rules.initialShock,
      floorBps: rules.initialFloor,
      timeValue: timeValueUp(reading.volatilityBps, secondsLeft),
      multiplierBps: reading.multiplierBps,
      addOnBps: reading.addOnBps,
    }),
    maintenance: maintenanceScenario(reading, {
      shockBps: rules.maintenanceShock,
      floorBps: rules.maintenanceFloor,
      timeValue: timeValueUp(10_000n, secondsLeft),
    }),
  };
}
