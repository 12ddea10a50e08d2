// SPDX-License-Identifier: MIT
import type { BlockSight, FeedSight } from "../record/sights.ts";
import { isDisturbed } from "./disturbed.ts";
import type { Invariant, JudgeContext } from "./Invariant.ts";

/** Three rounds, and the one in which it became due. */
const LANDING_SECONDS = 4 * 15;
/** Blocks in which it may be included. */
const LANDING_BLOCKS = 2;
const DEVIATION_BPS = 25;
/** Noises of a venue that medians may be off by. */
const NOISES = 3;
/** After a disturbance programs wait longer between attempts. */
const CALM_SECONDS = 180;
const BPS = 10_000;

interface Memory {
  dueSince: number | undefined;
  weights: ReadonlyMap<string, bigint>;
}

/** L1: with more than two thirds of honest weight at work a price lands within three rounds of being due. */
export function pricesLand(): Invariant {
  const memory: Memory = { dueSince: undefined, weights: new Map() };
  return {
    id: "L1",
    memory,
    check(sight, context) {
      memory.weights = sight.relays.at(-1)?.weights ?? memory.weights;
      const { seconds } = sight;
      const isExpected =
        seconds >= 0 && !isDisturbed(context, seconds, CALM_SECONDS) && canSign(memory.weights, context);
      const isDue = sight.feeds.some((feed) => isDueIn(feed, context));
      if (!isExpected || sight.relays.length > 0 || !isDue) memory.dueSince = undefined;
      else memory.dueSince ??= seconds;
      const { dueSince } = memory;
      if (dueSince === undefined) return undefined;
      const limit = LANDING_SECONDS + LANDING_BLOCKS * context.scenario.chain.blockSeconds;
      return seconds - dueSince > limit ? wordsOf(sight, seconds - dueSince) : undefined;
    },
  };
}

function isDueIn({ price, truth, age }: FeedSight, { heartbeat, scenario }: JudgeContext): boolean {
  const deviation = (Math.abs(Number(truth - price)) * BPS) / Number(price);
  return age >= heartbeat || deviation >= DEVIATION_BPS + NOISES * scenario.venues.noiseBps;
}

/** More than two thirds of the set is honest and at work, and somebody relays. */
function canSign(weights: ReadonlyMap<string, bigint>, { isByzantine, running }: JudgeContext): boolean {
  let [all, honest] = [0n, 0n];
  for (const [validator, weight] of weights) {
    all += weight;
    if (!isByzantine(validator) && running.has(validator)) honest += weight;
  }
  return 3n * honest > 2n * all && [...running].some((name) => name.startsWith("relayer"));
}

function wordsOf({ feeds }: BlockSight, waited: number): string {
  return `no round for ${waited} s, prices are ${feeds.map(({ id, age }) => `${id} ${age} s`).join(", ")} old`;
}
