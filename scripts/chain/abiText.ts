// SPDX-License-Identifier: MIT
import type { FunctionFragment, Interface, LogDescription, Result } from "ethers";

import type { EncodedLog } from "./decodeClearingEvents.ts";
import { RecentMap } from "./RecentMap.ts";

/** A function of a contract, and what was worked out of it. */
interface Known {
  readonly fragment: FunctionFragment;
  readonly calls: RecentMap<string, string>;
  readonly answers: RecentMap<string, Result>;
}

/** Per function: programs make the same calls and hear the same answers again and again, and the coder is slow. */
const KEPT = 256;
/** The coder's results never change, so this is no state. */
const functions = new WeakMap<Interface, Map<string, Known>>();
const events = new WeakMap<Interface, RecentMap<string, LogDescription | null>>();

/** Call data of a function. */
export function encodeCall(code: Interface, name: string, given: readonly unknown[]): string {
  const { fragment, calls } = knownOf(code, name);
  const encode = (): string => code.encodeFunctionData(fragment, given);
  return given.every(isPlain) ? calls.get(given.join(), encode) : encode();
}

/** What a function returned, by position and by name. @throws ethers' `BAD_DATA` or `BUFFER_OVERRUN` for other text. */
export function decodeAnswer(code: Interface, name: string, answer: string): Result {
  const { fragment, answers } = knownOf(code, name);
  return answers.get(answer, () => code.decodeFunctionResult(fragment, answer));
}

/** An event of a contract; undefined for one that is not its own. */
export function decodeEvent(code: Interface, { topics, data }: EncodedLog): LogDescription | undefined {
  let ofContract = events.get(code);
  if (ofContract === undefined) events.set(code, (ofContract = new RecentMap<string, LogDescription | null>(KEPT)));
  return ofContract.get(`${topics.join()} ${data}`, () => code.parseLog({ topics: [...topics], data })) ?? undefined;
}

function knownOf(code: Interface, name: string): Known {
  let ofContract = functions.get(code);
  if (ofContract === undefined) functions.set(code, (ofContract = new Map<string, Known>()));
  const before = ofContract.get(name);
  if (before !== undefined) return before;
  // A name that is no function's is refused by the coder.
  const fragment = code.getFunction(name)!;
  const known = { fragment, calls: new RecentMap<string, string>(KEPT), answers: new RecentMap<string, Result>(KEPT) };
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
