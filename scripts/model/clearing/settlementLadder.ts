// SPDX-License-Identifier: MIT
import { SIGNING_OPENS } from "./settlementPrice.ts";

/** The rung that prices an expiry, in the order in which the Clearinghouse numbers them. */
export const RUNGS = [
  "none",
  "window",
  "thinWindow",
  "signed",
  "witnessedWindow",
  "line",
  "witnesses",
  "lastMedian",
  "lastOpening",
] as const;
export type Rung = (typeof RUNGS)[number];

/**
 * What is recorded about an expiry; fields as in `SettlementLadder.sol`. Times are unix seconds, prices have 8 decimals, a
 * price that does not exist is 0.
 */
export interface SettlementFacts {
  readonly expiry: bigint;
  readonly blockTime: bigint;
  /** The half hour before the expiry is closed, and where it has no window, what follows it is shown too. */
  readonly isKnown: boolean;
  /** Mean of that half hour. */
  readonly mean: bigint;
  /** Its covered seconds. */
  readonly coverage: bigint;
  readonly isDirty: boolean;
  readonly lastPrice: bigint;
  readonly lastAt: bigint;
  readonly firstPrice: bigint;
  readonly firstAt: bigint;
  readonly signedPrice: bigint;
  readonly signedAt: bigint;
  readonly witnesses: readonly bigint[];
}

export interface Settlement {
  readonly rung: Rung;
  readonly price: bigint;
}

interface Step {
  readonly rung: Rung;
  /** Seconds after the expiry. */
  readonly opens: bigint;
  /** The price of this rung, or undefined where the facts do not have it. */
  readonly priceOf: (facts: SettlementFacts) => bigint | undefined;
}

const MINUTE = 60n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const WINDOW = 30n * MINUTE;

/** The table of the ladder: the first open step that has a price rules. */
const LADDER: readonly Step[] = [
  { rung: "window", opens: 2n * MINUTE, priceOf: (facts) => cleanMean(facts, 80n) },
  { rung: "thinWindow", opens: 2n * HOUR, priceOf: (facts) => cleanMean(facts, 20n) },
  { rung: "signed", opens: SIGNING_OPENS, priceOf: signed },
  { rung: "witnessedWindow", opens: DAY, priceOf: witnessedMean },
  { rung: "line", opens: DAY, priceOf: line },
  { rung: "witnesses", opens: 3n * DAY, priceOf: medianWithLast },
  { rung: "lastMedian", opens: 7n * DAY, priceOf: (facts) => existing(facts.lastPrice) },
];

/** The price an expiry settles at by what is recorded, or rung "none" while no rung allows one. */
export function decideSettlement(facts: SettlementFacts): Settlement {
  if (!facts.isKnown) return { rung: "none", price: 0n };
  for (const { rung, opens, priceOf } of LADDER) {
    if (facts.blockTime < facts.expiry + opens) break;
    const price = priceOf(facts);
    if (price !== undefined) return { rung, price };
  }
  return { rung: "none", price: 0n };
}

/** Unix seconds at which some rung opens next; undefined once all have. */
export function nextRungAt(expiry: bigint, now: bigint): bigint | undefined {
  return LADDER.map(({ opens }) => expiry + opens).find((time) => time > now);
}

function existing(price: bigint): bigint | undefined {
  return price === 0n ? undefined : price;
}

function covers(facts: SettlementFacts, percent: bigint): boolean {
  return facts.coverage * 100n >= WINDOW * percent;
}

function cleanMean(facts: SettlementFacts, percent: bigint): bigint | undefined {
  return !facts.isDirty && covers(facts, percent) ? facts.mean : undefined;
}

/** Without a window: two thirds of stake, unchallenged for an hour. */
function signed(facts: SettlementFacts): bigint | undefined {
  if (covers(facts, 20n) || facts.blockTime < facts.signedAt + HOUR) return undefined;
  return existing(facts.signedPrice);
}

/** A dirty window, where a witness confirms its mean. */
function witnessedMean(facts: SettlementFacts): bigint | undefined {
  return covers(facts, 20n) && isWitnessed(facts, facts.mean) ? facts.mean : undefined;
}

/** Some witness at the expiry is within 5 % of itself of the price. */
function isWitnessed(facts: SettlementFacts, price: bigint): boolean {
  return facts.witnesses.some((witness) => {
    const distance = witness > price ? witness - price : price - witness;
    return witness !== 0n && distance * 100n <= witness * 5n;
  });
}

/**
 * Without a window: straight from the last price, a day old at most, to the first within three days. Where what there is of
 * the half hour is dirty, a witness must confirm it.
 */
function line(facts: SettlementFacts): bigint | undefined {
  const { expiry, lastPrice, lastAt, firstPrice, firstAt } = facts;
  if (covers(facts, 20n) || lastPrice === 0n || firstPrice === 0n) return undefined;
  if (expiry - lastAt > DAY || firstAt > expiry + 3n * DAY - WINDOW) return undefined;
  const [before, after] = [expiry - lastAt, firstAt - expiry];
  const price = (lastPrice * after + firstPrice * before) / (before + after);
  return facts.isDirty && !isWitnessed(facts, price) ? undefined : price;
}

/** Median of what witnesses said and the last price; of an even count the mean of the middle two, rounded down. */
function medianWithLast(facts: SettlementFacts): bigint | undefined {
  const witnesses = facts.witnesses.filter((price) => price !== 0n);
  if (witnesses.length === 0) return undefined;
  const prices = [...witnesses, ...(facts.lastPrice === 0n ? [] : [facts.lastPrice])].sort((a, b) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  const upper = prices[Math.floor(prices.length / 2)]!;
  if (prices.length % 2 === 1) return upper;
  return (prices[prices.length / 2 - 1]! + upper) / 2n;
}
