// SPDX-License-Identifier: MIT
import { ageLevel } from "../../../scripts/model/risk/modeMachine.ts";
import { LEVELS } from "../../../scripts/model/risk/types.ts";
import { modeName } from "../../../scripts/model/trading/modeName.ts";
import { causeWords } from "./causeWords.ts";
import type { Feed } from "./feed.ts";
import type { GuardianAct, LevelChange } from "./happenings.ts";
import { shownSpan } from "./units.ts";

/** Why a feed is in a mode, and since when. */
export interface ModeStory {
  /** One line each; none in Normal. */
  readonly causes: readonly string[];
  /** Unix seconds; undefined when the change lies before what the page can see. */
  readonly since: bigint | undefined;
}

/** What a story is told from. */
export interface ModeFacts {
  readonly feed: Feed;
  /** Of the market, which may ask for more than its feed; the feed's own otherwise. */
  readonly mode: bigint;
  readonly heartbeat: bigint;
  readonly now: bigint;
  readonly stakeLossBps: bigint;
  /** Newest first, of all feeds. */
  readonly levels: readonly LevelChange[];
  readonly guardian: readonly GuardianAct[];
}

const CLOCK_MAXIMUM = 32_767n;
const PHASE_WORDS: Readonly<Record<number, string>> = {
  1: "ramp after an outage: openings grow back over six hours",
  2: "closed while it recovers: nothing opens yet",
  3: "second half of the grace after an outage",
  4: "grace after an outage: nobody is liquidated",
};
const STAKE_CAUTIOUS_BPS = 1_500n;
const WITNESS_FAR = 8n;

/** Every reason that asks for more than Normal now, strictest first. */
export function explainMode(facts: ModeFacts): ModeStory {
  const { feed, mode, levels } = facts;
  if (mode === 0n) return { causes: [], since: lastChange(feed, levels)?.at };
  const causes = [
    ...ageCause(facts),
    ...witnessCause(facts),
    ...signalCause(facts),
    ...dwellCause(facts),
    ...(feed.phase === 0n ? [] : [PHASE_WORDS[Number(feed.phase)] ?? "it recovers"]),
    ...guardianCause(facts),
    ...(facts.stakeLossBps >= STAKE_CAUTIOUS_BPS ? ["much of the stake was slashed or is leaving"] : []),
    ...(mode > feed.mode ? ["the market asks for it: insurance drawn, collateral off its peg, or margin leaving"] : []),
  ];
  const said = causes.length === 0 ? ["the stake or the guardian asks for it"] : causes;
  return { causes: [...new Set(said)], since: sinceOf(facts) };
}

function lastChange(feed: Feed, levels: readonly LevelChange[]): LevelChange | undefined {
  return levels.find((change) => change.feed === feed.index);
}

function ageCause({ feed, heartbeat }: ModeFacts): string[] {
  if (ageLevel(feed.age, heartbeat) === "normal") return [];
  return [`no price for ${shownSpan(feed.age)}, a heartbeat is ${shownSpan(heartbeat)}`];
}

function witnessCause({ feed: { witness, price } }: ModeFacts): string[] {
  if (witness === undefined || witness.age > 3_600n) return [];
  const gap = price > witness.price ? price - witness.price : witness.price - price;
  return gap * 100n > witness.price * WITNESS_FAR ? ["a fresh witness contradicts the price by more than 8 %"] : [];
}

/** What the stored signal says now: the rows that were true when it rose last. */
function signalCause({ feed, levels }: ModeFacts): string[] {
  if (feed.level === 0n) return [];
  const rise = levels.find((change) => change.feed === feed.index && change.newLevel === feed.level);
  const words = rise === undefined ? [] : causeWords(rise.cause);
  return words.length === 0 ? [`its signal says ${modeName(feed.level)}`] : words;
}

/** A level that is over lasts for its dwell, on the oracle's uptime. */
function dwellCause({ feed }: ModeFacts): string[] {
  const levels = ["halted", "reduceOnly", "cautious"] as const;
  const held = levels.find((level) => feed.since[level] < CLOCK_MAXIMUM && feed.since[level] < feed.dwell[level]);
  if (held === undefined || feed.since[held] === 0n) return [];
  const left = feed.dwell[held] - feed.since[held];
  const name = modeName(BigInt(LEVELS.indexOf(held)));
  return [`${name} is over and dwells for ${shownSpan(left)} of prices more`];
}

function guardianCause({ feed, guardian, now }: ModeFacts): string[] {
  const act = guardian.find(({ feeds }) => ((feeds >> BigInt(feed.index)) & 1n) === 1n);
  if (act === undefined || act.until <= now) return [];
  return [`the guardian asked for ${modeName(act.level)}, for ${shownSpan(act.until - now)} more at most`];
}

/** An age that is too high began when the last price came; otherwise the newest change of the signal is what lasts. */
function sinceOf({ feed, heartbeat, now, levels }: ModeFacts): bigint | undefined {
  if (ageLevel(feed.age, heartbeat) !== "normal") return now - feed.age;
  return lastChange(feed, levels)?.at;
}
