// SPDX-License-Identifier: MIT
import type { Random } from "../chain/Random.ts";
import { BPS } from "../model/constants.ts";
import type { MarketConfig } from "./MarketConfig.ts";

type FeedConfig = MarketConfig["feeds"][number];

/** Prices are kept with this many times more precision than they are shown with. */
const EXTRA = 10n ** 8n;
const UNIT = 10n ** 12n;
const SECONDS_PER_YEAR = 31_557_600n;
/** √ of the seconds in a year. */
const ROOT_YEAR = 5_618n;
const NORMAL_ONE = 1n << 20n;

/**
 * Price of one feed by second: a geometric random walk with jumps, in whole numbers, so that a seed gives the same path
 * on every machine. Built as far as it was asked for.
 */
export class SyntheticPath {
  readonly #config: FeedConfig;
  readonly #random: Random;
  readonly #startAtMs: bigint;
  readonly #events: ReadonlyMap<bigint, bigint>;
  readonly #prices: bigint[];

  constructor(config: FeedConfig, random: Random, startAtMs: bigint, events: MarketConfig["events"]) {
    this.#config = config;
    this.#random = random;
    this.#startAtMs = startAtMs;
    this.#prices = [config.initialPrice * EXTRA];
    this.#events = new Map(events.map((event) => [(event.atMs - startAtMs) / 1000n, BigInt(event.bps)]));
  }

  /** USD, 8 decimals, as of the second `timeMs` lies in. */
  priceAt(timeMs: bigint): bigint {
    const second = timeMs < this.#startAtMs ? 0 : Number((timeMs - this.#startAtMs) / 1000n);
    while (this.#prices.length <= second) this.#prices.push(this.#next(this.#prices.at(-1)!));
    const price = this.#prices[second]! / EXTRA;
    return price === 0n ? 1n : price;
  }

  #next(price: bigint): bigint {
    const { volatilityBps, jumpsPerYear, jumpBps, reversionPpm, initialPrice } = this.#config;
    const step = (BigInt(volatilityBps) * UNIT) / BPS / ROOT_YEAR;
    let moved = price + (price * step * this.#normal()) / NORMAL_ONE / UNIT;
    if (this.#random.below(SECONDS_PER_YEAR) < BigInt(jumpsPerYear))
      moved += (moved * BigInt(jumpBps) * this.#normal()) / NORMAL_ONE / BPS;
    moved += ((initialPrice * EXTRA - moved) * BigInt(reversionPpm)) / 1_000_000n;
    const event = this.#events.get(BigInt(this.#prices.length));
    return event === undefined ? moved : (moved * event) / BPS;
  }

  /** Sum of twelve uniforms around 0: variance 1 in units of NORMAL_ONE, never more than 6 away. */
  #normal(): bigint {
    let sum = -6n * NORMAL_ONE;
    for (let index = 0; index < 12; index++) sum += this.#random.below(NORMAL_ONE);
    return sum;
  }
}
