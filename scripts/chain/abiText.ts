// SPDX-License-Identifier: MIT
import { AbiCoder, LogDescription } from "ethers";
import type { EventFragment, FunctionFragment, Interface, Result } from "ethers";

import type { EncodedLog } from "./decodeClearingEvents.ts";
import { RecentMap } from "./RecentMap.ts";

/** A function of a contract, and what was worked out of it. */
interface Known {
  readonly fragment: FunctionFragment;
  readonly selector: string;
  readonly calls: RecentMap<string, string>;
  readonly answers: RecentMap<string, Result>;
}

/** Events of a contract, and what was read of them. */
interface KnownEvents {
  /** By topic: the coder would hash the signatures of all events anew for each log. */
  readonly fragments: ReadonlyMap<string, EventFragment>;
  readonly logs: RecentMap<string, LogDescription>;
}

/** Per function: programs make the same calls and hear the same answers again and again, and the coder is slow. */
const KEPT = 256;
/** The coder's results never change, so this is no state. */
const functions = new WeakMap<Interface, Map<string, Known>>();
const events = new WeakMap<Interface, KnownEvents>();
const coder = AbiCoder.defaultAbiCoder();

/** Call data of a function. */
export function encodeCall(code: Interface, name: string, given: readonly unknown[]): string {
  const { fragment, selector, calls } = knownOf(code, name);
  const encode = (): string => `${selector}${coder.encode(fragment.inputs, given).slice(2)}`;
  return given.every(isPlain) ? calls.get(given.join(), encode) : encode();
}

/** What a function returned, by position and by name. @throws ethers' `BAD_DATA` or `BUFFER_OVERRUN` for other text. */
export function decodeAnswer(code: Interface, name: string, answer: string): Result {
  const { fragment, answers } = knownOf(code, name);
  return answers.get(answer, () => code.decodeFunctionResult(fragment, answer));
}

/** An event of a contract; undefined for one that is not its own. */
export function decodeEvent(code: Interface, { topics, data }: EncodedLog): LogDescription | undefined {
  const { fragments, logs } = eventsOf(code);
  const topic = topics[0] ?? "";
  const fragment = fragments.get(topic);
  if (fragment === undefined) return undefined;
  const read = (): LogDescription =>
    new LogDescription(fragment, topic, code.decodeEventLog(fragment, data, [...topics]));
  return logs.get(`${topics.join()} ${data}`, read);
}

function eventsOf(code: Interface): KnownEvents {
  const before = events.get(code);
  if (before !== undefined) return before;
  const fragments = new Map<string, EventFragment>();
  code.forEachEvent((fragment) => fragments.set(fragment.topicHash, fragment));
  const known = { fragments, logs: new RecentMap<string, LogDescription>(KEPT) };
  events.set(code, known);
  return known;
}

function knownOf(code: Interface, name: string): Known {
  let ofContract = functions.get(code);
  if (ofContract === undefined) functions.set(code, (ofContract = new Map<string, Known>()));
  const before = ofContract.get(name);
  if (before !== undefined) return before;
  // A name that is no function's is refused by the coder.
  const fragment = code.getFunction(name)!;
  const { selector } = fragment;
  const [calls, answers] = [new RecentMap<string, string>(KEPT), new RecentMap<string, Result>(KEPT)];
  const known = { fragment, selector, calls, answers };
  ofContract.set(name, known);
  return known;
}

/** Values whose text tells them apart in one argument's type. */
function isPlain(value: unknown): boolean {
  return typeof value === "bigint" || typeof value === "number" || typeof value === "boolean" || isWord(value);
}

/** Text without the comma that parts arguments. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && !value.includes(",");
}
