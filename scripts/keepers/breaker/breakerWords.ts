// SPDX-License-Identifier: MIT
import { CLOCK_MAXIMUM } from "../../model/oracle/types.ts";
import { DWELLING, LEVELS } from "../../model/risk/types.ts";
import type { Breaker, DwellingLevel, FeedSignal, Level } from "../../model/risk/types.ts";
import type { PokedAt } from "./decideBreaker.ts";

const ROUND_SECONDS = 15n;
const TIME_UNIT = 64n;
/** First slots of RiskManager's storage, eight feeds each, and the one with the time of the last step of stake. */
export const MODE_SLOT = 1n;
export const BID_CLOCK_SLOT = 9n;
export const STAKE_STEP_SLOT = 26n;

/** What the mode machine sees of a feed, out of the oracle's words; layout in `RiskWords.sol`. */
export function signalOfWords(latest: bigint, averages: bigint): FeedSignal {
  const clock = (offset: bigint): bigint | undefined => {
    const seconds = bits(averages, offset, 15n);
    return seconds === BigInt(CLOCK_MAXIMUM) ? undefined : seconds;
  };
  return {
    level: levelOf(bits(latest, 110n, 3n)),
    isNew: bits(latest, 121n, 1n) === 1n,
    observedAt: bits(latest, 64n, 32n) * ROUND_SECONDS,
    dispersionPpm: bits(latest, 96n, 14n) * 10n,
    uptime: bits(latest, 123n, 32n),
    grace: bits(latest, 248n, 4n) * 120n,
    since: { cautious: clock(142n), recovery: clock(157n), reduceOnly: clock(172n), halted: clock(187n) },
  };
}

/** What the risk contract itself knows about a feed; layout in `ModeWord.sol`. */
export function breakerOfWord(word: bigint): Breaker {
  const byLevel = <Value>(valueOf: (position: bigint) => Value): Record<DwellingLevel, Value> => ({
    cautious: valueOf(0n),
    reduceOnly: valueOf(1n),
    halted: valueOf(2n),
  });
  return {
    guardian: { until: bits(word, 56n, 32n), level: levelOf(bits(word, 88n, 3n)) },
    stakeLevel: levelOf(bits(word, 91n, 3n)),
    trips: byLevel((position) => ({
      repeats: bits(word, 136n + 3n * position, 3n),
      at: bits(word, 145n + 26n * position, 26n) * TIME_UNIT,
    })),
    clearSeen: byLevel((position) => bits(word, 223n + position, 1n) === 1n),
  };
}

/** When stake was last refreshed, unix seconds. */
export function stakeRefreshedAt(word: bigint): bigint {
  return (word >> 226n) * TIME_UNIT;
}

/** When a feed was last poked; layout in `BidClock.sol`. */
export function pokedOfWord(word: bigint): PokedAt {
  return { uptime: bits(word, 40n, 32n), at: word >> 72n };
}

/** Levels of `clearSeen` as text, for a key. */
export function clearedLevels({ clearSeen }: Breaker): string {
  return DWELLING.filter((level) => clearSeen[level]).join("+");
}

function levelOf(number: bigint): Level {
  return LEVELS[Number(number)]!;
}

function bits(word: bigint, offset: bigint, width: bigint): bigint {
  return (word >> offset) & ((1n << width) - 1n);
}
