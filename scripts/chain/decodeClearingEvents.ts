// SPDX-License-Identifier: MIT
import { AbiCoder } from "ethers";
import type { EventFragment, ParamType, Result } from "ethers";

import { CLEARING_EVENT_NAMES, type ClearingEvent } from "../model/clearing/clearingEvents.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { plainValues } from "./plainValues.ts";
import { RecentMap } from "./RecentMap.ts";

/** A log as a node gives it. */
export interface EncodedLog {
  readonly topics: readonly string[];
  readonly data: string;
}

/** An event's arguments, by where a log has them. */
interface EventShape {
  readonly name: string;
  readonly indexed: readonly ParamType[];
  readonly plain: readonly ParamType[];
}

/** A log's values, decoded. */
interface Words {
  readonly indexed: Result;
  readonly plain: Result;
}

const coder = AbiCoder.defaultAbiCoder();
/** Logs whose words were read lately: the newest blocks are read again with every new one. What is built of them is not shared. */
const read = new RecentMap<string, Words>(512);
/** By topic: `parseLog` would hash the signatures of all events anew for each log, which was half the time of an index. */
const SHAPES: ReadonlyMap<string, EventShape> = new Map(
  clearingInterface.fragments
    .filter((fragment): fragment is EventFragment => fragment.type === "event" && "topicHash" in fragment)
    .filter(({ name }) => CLEARING_EVENT_NAMES.has(name))
    .map(({ topicHash, name, inputs }) => {
      const indexed = inputs.filter((input) => input.indexed === true);
      return [topicHash, { name, indexed, plain: inputs.filter((input) => input.indexed !== true) }];
    }),
);

/** The events of the Clearinghouse among logs of its address, in their order; what changes nobody's money is left out. */
export function decodeClearingEvents(logs: readonly EncodedLog[]): ClearingEvent[] {
  return logs.flatMap(({ topics, data }) => {
    const shape = SHAPES.get(topics[0] ?? "");
    if (shape === undefined) return [];
    const { name, indexed, plain } = shape;
    const words = read.get(`${topics.join()} ${data}`, () => wordsOf(shape, topics, data));
    const args = { ...plainValues(indexed, words.indexed), ...plainValues(plain, words.plain) };
    return [{ name, args: name === "MarketCreated" ? withKind(args) : args } as ClearingEvent];
  });
}

/** Indexed arguments are single words, all of them. */
function wordsOf({ indexed, plain }: EventShape, topics: readonly string[], data: string): Words {
  const inTopics = topics.slice(1).map((topic) => topic.slice(2));
  return { indexed: coder.decode(indexed, `0x${inTopics.join("")}`), plain: coder.decode(plain, data) };
}

function withKind(args: Record<string, unknown>): Record<string, unknown> {
  const params = args.params as Record<string, unknown>;
  return { ...args, params: { ...params, kind: params.kind === 0n ? "quote" : "coin" } };
}
