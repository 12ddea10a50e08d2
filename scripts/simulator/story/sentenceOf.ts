// SPDX-License-Identifier: MIT
import type { StoryEvent } from "./StoryEvent.ts";

/** Names of what events number. */
export interface StoryNames {
  /** By number, from 1. */
  readonly markets: readonly string[];
}

type Sentence = (event: StoryEvent, names: StoryNames) => string;

/** Faults in the order of the Slasher's enumeration. */
const FAULTS = ["two votes in one round", "prices far off", "a round of the future", "absence", "capture"] as const;
/** What becomes of a validator, by the registry's states. */
const STATES = ["is gone", "waits for a seat", "takes a seat", "is jailed", "leaves", "is out for good"] as const;
const BOND_DIGITS = 1e6;
const SIZE_DIGITS = 1e6;
const STRIKE_DIGITS = 1e4;
const PRICE_DIGITS = 1e8;
const BPS_IN_PERCENT = 100;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  faultBegin: (event) => `fault begins: ${named(event, "fault")} (${faultOf(event)})`,
  faultEnd: (event) => `fault is over: ${named(event, "fault")}`,
  violation: (event) => `${named(event, "invariant")} is broken: ${named(event, "detail")}`,
  caseOpened: (event) =>
    `${named(event, "reporter")} shows evidence against ${validatorOf(event)}: ${FAULTS[numberOf(event, "fault")]}`,
  bondSlashed: (event) =>
    `${validatorOf(event)} loses ${amount(numberOf(event, "amount") / BOND_DIGITS)} of its bond; ` +
    `${amount(numberOf(event, "bond") / BOND_DIGITS)} are left`,
  stateChanged: (event) => `${validatorOf(event)} ${STATES[numberOf(event, "newState")]}`,
  setBuilt: (event) => `the epoch closes with a new set of ${named(event, "members")} validators`,
  modeChanged: (event) =>
    `${named(event, "feed")} goes from ${named(event, "from")} to ${named(event, "to")} (${named(event, "cause")})`,
  expirySettled: (event, { markets }) =>
    `the options of ${markets[numberOf(event, "market") - 1]} end at ` +
    `${amount(numberOf(event, "price") / PRICE_DIGITS)}, by rung ${named(event, "rung")} of the ladder`,
  epochStarted: (event) =>
    `${named(event, "of")} begins a week: strike ${amount(numberOf(event, "strike") / STRIKE_DIGITS)}, ` +
    `volatility ${percentOf(event)}`,
  optionsSold: (event) =>
    `${named(event, "buyer")} buys ${amount(numberOf(event, "size") / SIZE_DIGITS)} options of ${named(event, "of")} ` +
    `at a volatility of ${percentOf(event)}`,
  epochClosed: (event) => `${named(event, "of")} ends its week`,
  bookAbsorbed: (event) => `${named(event, "caller")} absorbs what nobody bid for`,
};

/** What happened, for people; undefined for what only counts. Pure. */
export function sentenceOf(event: StoryEvent, names: StoryNames): string | undefined {
  return SENTENCES[event.kind]?.(event, names);
}

/** A number with its thousands apart and at most two decimals. Pure. */
export function amount(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function named(event: StoryEvent, key: string): string {
  const value = event[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function numberOf(event: StoryEvent, key: string): number {
  return Number(event[key]);
}

function percentOf(event: StoryEvent): string {
  return `${amount(numberOf(event, "volatilityBps") / BPS_IN_PERCENT)} %`;
}

/** Validators bond in the order of their names. */
function validatorOf(event: StoryEvent): string {
  return `validator-${named(event, "validatorId")}`;
}

function faultOf(event: StoryEvent): string {
  const targets = event["targets"];
  const whom = Array.isArray(targets) && targets.length > 0 ? ` at ${targets.join(", ")}` : "";
  return `${named(event, "type")}${whom}`;
}
