// SPDX-License-Identifier: MIT
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import { streamOf } from "../../scenario/streams.ts";

/** What a writer wants to open at the start. */
export interface WriterPlan {
  readonly name: string;
  /** Places in the scenario's markets, and in that market's expiries. */
  readonly market: number;
  readonly expiry: number;
  /** Shorts, and the longs that cover a spread. */
  readonly legs: readonly Leg[];
  /** Equity over initial margin at opening. */
  readonly health: number;
}

/** USD at the first price, of each writer's shorts. */
const LEAST_NOTIONAL = 10_000;
const MOST_NOTIONAL = 40_000;
const SIZE_ONE = 1e6;
const STRIKE_ONE = 1e4;
/** Sizes are whole hundredths of an option. */
const SIZE_STEP = 10_000n;
/** Cents, of 4 decimals. */
const STRIKE_STEP = 100n;
const PERCENT = 100;

/**
 * What the writers of a scenario open, each from a stream of his own: a naked writer sells one option, a spread sells one and
 * holds the next strike further out; of mixed writers every other one is a spread.
 * @param prices First prices of the markets' feeds, USD.
 */
export function drawWriters(scenario: Scenario, prices: readonly number[]): WriterPlan[] {
  const { writers } = scenario.actors;
  if (scenario.markets.length === 0) return [];
  return Array.from({ length: writers.count }, (_, index) =>
    drawWriter(scenario, prices, index, streamOf(scenario.seed, `writer-${index + 1}`)),
  );
}

/** What one of them opens, of which there is at least one market. @param index His number, from 0. */
export function drawWriter(
  scenario: Scenario,
  prices: readonly number[],
  index: number,
  random: SeededRandom,
): WriterPlan {
  const { writers } = scenario.actors;
  const market = pick(random, scenario.markets.length);
  const { expiriesSeconds, strikes } = scenario.markets[market]!;
  const expiry = pick(random, expiriesSeconds.length);
  const isCall = random.unit() < 0.5;
  const place = pick(random, strikes.length);
  const notional = LEAST_NOTIONAL + (MOST_NOTIONAL - LEAST_NOTIONAL) * random.unit();
  const [least, most] = writers.health;
  const health = least + (most - least) * random.unit();
  const size = sizeOf(notional / prices[market]!);
  const strikeAt = (percent: number): bigint => strikeOf((prices[market]! * percent) / PERCENT);
  const short = { strike: strikeAt(strikes[place]!), isCall, size: -size };
  const isSpread = writers.style === "spread" || (writers.style === "mixed" && index % 2 === 1);
  const long = { strike: strikeAt(outward(strikes, place, isCall)), isCall, size };
  const legs = isSpread && long.strike !== short.strike ? [short, long] : [short];
  return { name: `writer-${index + 1}`, market, expiry, legs, health };
}

/** The next strike away from the market: above for calls, below for puts; past the last one ten percent more. */
function outward(strikes: readonly number[], place: number, isCall: boolean): number {
  const next = strikes[place + (isCall ? 1 : -1)];
  return next ?? strikes[place]! + (isCall ? 10 : -10);
}

function strikeOf(dollars: number): bigint {
  const steps = BigInt(Math.round((dollars * STRIKE_ONE) / Number(STRIKE_STEP)));
  return (steps > 0n ? steps : 1n) * STRIKE_STEP;
}

function sizeOf(options: number): bigint {
  const size = (BigInt(Math.round(options * SIZE_ONE)) / SIZE_STEP) * SIZE_STEP;
  return size > SIZE_STEP ? size : SIZE_STEP;
}

function pick(random: SeededRandom, length: number): number {
  return Number(random.below(BigInt(length)));
}
