// SPDX-License-Identifier: MIT
import { z } from "zod";

import { amount, sentenceOf } from "./sentenceOf.ts";
import type { StoryNames } from "./sentenceOf.ts";
import type { StoryEvent } from "./StoryEvent.ts";

const HOUR = 3_600;
const MINUTE = 60;
const PRICE_DIGITS = 1e8;
const pricesShape = z.record(z.string(), z.string());

/** What is only counted, in the order in which it is told: of one, and of several. */
const COUNTED: readonly (readonly [kind: string, one: string, several: string])[] = [
  ["roundAccepted", "round", "rounds"],
  ["priceQuarantined", "price in quarantine", "prices in quarantine"],
  ["quoteFilled", "sale of options", "sales of options"],
  ["openRefused", "opening refused", "openings refused"],
  ["bookFlagged", "book flagged", "books flagged"],
  ["bidFilled", "bid for books", "bids for books"],
  ["bookSettled", "book settled", "books settled"],
  ["exitRefused", "exit refused", "exits refused"],
];

/**
 * What happened hour by hour: a line of what is counted, then what is told by itself. Pure.
 * @param startAt Unix seconds; times are told in UTC.
 */
export function tellHours(events: readonly StoryEvent[], startAt: number, names: StoryNames): string[] {
  const hours = new Map<number, StoryEvent[]>();
  for (const event of events) {
    const hour = Math.floor((startAt + event.at) / HOUR);
    hours.set(hour, [...(hours.get(hour) ?? []), event]);
  }
  return [...hours]
    .sort(([a], [b]) => a - b)
    .flatMap(([hour, those]) => [
      `${clockText(hour * HOUR)}  ${countText(those)}`,
      ...those.flatMap((event) => {
        const sentence = sentenceOf(event, names);
        return sentence === undefined ? [] : [`         ${clockText(startAt + event.at)}  ${sentence}`];
      }),
    ]);
}

function countText(events: readonly StoryEvent[]): string {
  const parts = COUNTED.flatMap(([kind, one, several]) => {
    const count = events.filter((event) => event.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  return [...pricesIn(events), ...parts].join(", ");
}

/** First and last published price of every feed. */
function pricesIn(events: readonly StoryEvent[]): string[] {
  const rounds = events.flatMap((event) => {
    const parsed = pricesShape.safeParse(event["prices"]);
    return event.kind === "roundAccepted" && parsed.success ? [parsed.data] : [];
  });
  return Object.keys(rounds[0] ?? {}).map((feed) => {
    const [first, last] = [rounds[0], rounds.at(-1)].map((prices) => amount(Number(prices![feed]) / PRICE_DIGITS));
    return `${feed} ${first} to ${last}`;
  });
}

/** Hours and minutes, UTC. */
function clockText(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / HOUR) % 24)}:${two(Math.floor(seconds / MINUTE) % 60)}`;
}
