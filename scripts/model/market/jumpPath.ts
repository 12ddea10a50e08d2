// SPDX-License-Identifier: MIT
import { exp, normal } from "./repeatableMath.ts";
import type { Units } from "./repeatableMath.ts";

export const STEP_SECONDS = 15;
const YEAR = 365 * 86_400;
const STEPS_PER_YEAR = YEAR / STEP_SECONDS;
/** Volatility moves once in this many steps, five minutes. */
const VOLATILITY_STEPS = 20;
const DAYS_TO_UPDATES = 86_400 / (VOLATILITY_STEPS * STEP_SECONDS);

/** A market: log-normal stochastic volatility and Poisson jumps. Volatilities and sizes are shares of one. */
export interface JumpMarket {
  readonly startPrice: number;
  /** Mean annual volatility of what is not a jump. */
  readonly volatility: number;
  /** Standard deviation of the volatility's logarithm; 0 holds it constant. */
  readonly volatilitySpread: number;
  /** Days in which the volatility's logarithm returns to its mean but for 1/e. */
  readonly volatilityDays: number;
  readonly jumpsPerYear: number;
  /** Standard deviation of a jump's log size. */
  readonly jumpSize: number;
  /** Steps a jump takes; 1 is at once. */
  readonly jumpSteps: number;
}

/** The generator behind the trigger table's rates: 80 % volatility and 80 jumps a year of 2.5 %. */
export const DESIGN_MARKET: JumpMarket = {
  startPrice: 3_000e8,
  volatility: 0.8,
  volatilitySpread: 0.5,
  volatilityDays: 5,
  jumpsPerYear: 80,
  jumpSize: 0.025,
  jumpSteps: 1,
};

/** A seeded path in steps of 15 s, repeatable on every machine; no drift, so that ten years stay in the range of prices. */
export class JumpPath {
  readonly #market: JumpMarket;
  readonly #units: Units;
  readonly #meanLog: number;
  readonly #keep: number;
  readonly #shock: number;
  readonly #jumps: { left: number; perStep: number }[] = [];
  #offset: number;
  #deviation = 0;
  #price: number;
  #step = 0;

  constructor(market: JumpMarket, units: Units) {
    this.#market = market;
    this.#units = units;
    this.#price = market.startPrice;
    this.#keep = exp(-1 / (market.volatilityDays * DAYS_TO_UPDATES));
    this.#shock = market.volatilitySpread * Math.sqrt(1 - this.#keep * this.#keep);
    this.#meanLog = -(market.volatilitySpread * market.volatilitySpread) / 2; // so that volatility itself has the mean
    this.#offset = market.volatilitySpread * normal(units);
  }

  /** Annual volatility in force. */
  get volatility(): number {
    return this.#market.volatility * exp(this.#meanLog + this.#offset);
  }

  /** Price one step on: a whole number with 8 decimals. */
  next(): number {
    const { jumpsPerYear, jumpSize, jumpSteps } = this.#market;
    if (this.#step % VOLATILITY_STEPS === 0) this.#moveVolatility();
    this.#step += 1;
    let move = this.#deviation * normal(this.#units) - (this.#deviation * this.#deviation) / 2;
    if (this.#units.unit() * STEPS_PER_YEAR < jumpsPerYear) {
      this.#jumps.push({ left: jumpSteps, perStep: (jumpSize * normal(this.#units)) / jumpSteps });
    }
    for (const jump of this.#jumps) {
      move += jump.perStep;
      jump.left -= 1;
    }
    if (this.#jumps[0]?.left === 0) this.#jumps.shift();
    this.#price *= exp(move);
    return Math.max(Math.round(this.#price), 1);
  }

  #moveVolatility(): void {
    this.#offset = this.#keep * this.#offset + this.#shock * normal(this.#units);
    this.#deviation = this.volatility / Math.sqrt(STEPS_PER_YEAR);
  }
}
