// SPDX-License-Identifier: MIT
import { ageLevel } from "../../../scripts/model/risk/modeMachine.ts";
import { modeName } from "../../../scripts/model/trading/modeName.ts";
import { judgeBook } from "./book.ts";
import type { Snapshot } from "./snapshot.ts";
import { shownSpan } from "./units.ts";

/** Something that does not hold, or cannot be seen. */
export interface Finding {
  readonly weight: "bad" | "warn" | "blind";
  readonly text: string;
  /** Section of the page that shows it. */
  readonly place: string;
}

/** What holds and what does not, the worst first. */
export interface Verdict {
  readonly headline: string;
  readonly weight: "good" | Finding["weight"];
  readonly findings: readonly Finding[];
}

const WEIGHTS = ["bad", "warn", "blind"] as const;
const HALTED = 4n;
const FULL = 10n ** 18n;

/** A newest block that is older says little of now, seconds. */
export const OLD_HEAD_SECONDS = 120n;

/** Judges what was read. @param now Unix seconds of this machine. */
export function judgeSnapshot(snapshot: Snapshot, now: bigint): Verdict {
  const findings = [
    ...headFindings(snapshot, now),
    ...feedFindings(snapshot),
    ...marketFindings(snapshot),
    ...bookFindings(snapshot),
    ...expiryFindings(snapshot),
    ...setFindings(snapshot),
    ...blindFindings(snapshot),
  ].toSorted((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const weight = findings[0]?.weight ?? "good";
  return { headline: headlineOf(snapshot, weight), weight, findings };
}

function headlineOf({ markets }: Snapshot, weight: Verdict["weight"]): string {
  const known = markets.flatMap((one) => (one.kind === "read" ? [one.value] : []));
  const open = known.filter(({ opens }) => opens).length;
  const markedOpen =
    open === known.length
      ? "Every market is open"
      : open === 0
        ? "No market opens"
        : `${open} of ${known.length} markets open`;
  if (weight === "good") return `${markedOpen}. Prices are fresh, margins are met.`;
  if (weight === "blind") return `${markedOpen}, and part of it cannot be seen.`;
  return `${markedOpen}. ${weight === "bad" ? "Something does not hold." : "Something wants attention."}`;
}

/** Every age on the page is counted up to the newest block: when that is old, so is all of it. */
function headFindings({ block }: Snapshot, now: bigint): Finding[] {
  const age = now - block.timestamp;
  if (age <= OLD_HEAD_SECONDS) return [];
  const minutes = age / 60n;
  return [
    {
      weight: "bad",
      text: `The newest block is more than ${shownSpan(minutes * 60n)} old: nobody can see what is true now`,
      place: "verdict",
    },
  ];
}

function feedFindings({ feeds, heartbeat }: Snapshot): Finding[] {
  return feeds.flatMap((one): Finding[] => {
    if (one.kind === "unread") return [];
    const { name, age, mode, source, isPending } = one.value;
    if (source === "none") return [{ weight: "warn", text: `${name} has no price yet`, place: "prices" }];
    const stale = ageLevel(age, heartbeat);
    if (stale !== "normal")
      return [
        {
          weight: stale === "cautious" ? "warn" : "bad",
          text: `${name} has had no price for ${shownSpan(age)}`,
          place: "prices",
        },
      ];
    if (isPending) return [{ weight: "warn", text: `${name} has a jump in quarantine`, place: "prices" }];
    if (mode !== 0n)
      return [{ weight: mode === HALTED ? "bad" : "warn", text: `${name} is ${modeName(mode)}`, place: "prices" }];
    return [];
  });
}

function marketFindings({ markets, feeds }: Snapshot): Finding[] {
  return markets.flatMap((one): Finding[] => {
    if (one.kind === "unread") return [];
    const { number, mode, isSunset, feed, openNotional, cap } = one.value;
    const own = feeds[feed];
    const isOwn = own?.kind === "read" && mode > own.value.mode;
    return [
      ...(isSunset ? [{ weight: "warn", text: `Market ${number} opens no more`, place: "markets" } as const] : []),
      ...(isOwn
        ? [{ weight: "bad", text: `Market ${number} is ${modeName(mode)} by itself`, place: "markets" } as const]
        : []),
      ...(openNotional > cap && cap > 0n
        ? [{ weight: "warn", text: `Market ${number} has more open than its cap`, place: "markets" } as const]
        : []),
    ];
  });
}

function bookFindings({ books }: Snapshot): Finding[] {
  const known = books.flatMap((one) => (one.kind === "read" ? one.value : []));
  const count = (kind: string): number => known.filter((book) => judgeBook(book).kind === kind).length;
  const [short, auctions] = [count("short"), count("auction")];
  return [
    ...(auctions > 0
      ? [{ weight: "bad", text: `${auctions} ${plural(auctions, "book")} in auction`, place: "auctions" } as const]
      : []),
    ...(short > 0
      ? [{ weight: "bad", text: `${short} ${plural(short, "book")} below maintenance`, place: "books" } as const]
      : []),
  ];
}

function expiryFindings({ expiries, block }: Snapshot): Finding[] {
  return expiries.flatMap((one): Finding[] => {
    if (one.kind === "unread") return [];
    const { market, expiry, phase, indexWad, isFinal } = one.value;
    if (phase !== "priced" && phase !== "nothing" && expiry + 1_200n < block.timestamp)
      return [
        {
          weight: "warn",
          text: `Market ${market} waits ${shownSpan(block.timestamp - expiry)} for the price of an expiry`,
          place: "expiries",
        },
      ];
    if (phase === "priced" && isFinal && indexWad < FULL)
      return [{ weight: "bad", text: `An expiry of market ${market} paid less than its claims`, place: "expiries" }];
    return [];
  });
}

function setFindings({ set }: Snapshot): Finding[] {
  if (set.kind === "unread") return [];
  const { isLeaking, signedWeightEmaBps, latestRound, validators } = set.value;
  const jailed = validators.filter(({ state }) => state === "jailed").length;
  return [
    ...(isLeaking
      ? [{ weight: "bad", text: "Weight of silent validators is leaking", place: "validators" } as const]
      : []),
    ...(latestRound > 0n && signedWeightEmaBps < 7_200n
      ? [{ weight: "warn", text: "Less than 72 % of the weight signs", place: "tolerance" } as const]
      : []),
    ...(jailed > 0
      ? [{ weight: "warn", text: `${jailed} ${plural(jailed, "validator")} jailed`, place: "validators" } as const]
      : []),
  ];
}

/** What could not be read, each place once. */
function blindFindings(snapshot: Snapshot): Finding[] {
  const parts = [
    ["Prices", "prices", snapshot.feeds],
    ["Markets", "markets", snapshot.markets],
    ["Books", "books", snapshot.books],
    ["Expiries", "expiries", snapshot.expiries],
    ["Validators", "validators", [snapshot.set]],
    ["Vaults", "vaults", snapshot.vaults === undefined ? [] : [snapshot.vaults]],
    ["Events", "events", [snapshot.history]],
  ] as const;
  return parts.flatMap(([name, place, reads]): Finding[] => {
    const missing = reads.find(({ kind }) => kind === "unread");
    if (missing === undefined || missing.kind !== "unread") return [];
    return [{ weight: "blind", text: `${name} cannot be read in full: ${missing.text}`, place }];
  });
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
