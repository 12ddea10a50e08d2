// SPDX-License-Identifier: MIT
import { AbiCoder } from "ethers";
import type { EventFragment, ParamType } from "ethers";

import { CLEARING_EVENT_NAMES, type ClearingEvent } from "../model/clearing/clearingEvents.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { plainValues } from "./plainValues.ts";

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

const coder = AbiCoder.defaultAbiCoder();
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
    // Indexed arguments are single words, all of them.
    const words = `0x${topics
      .slice(1)
      .map((topic) => topic.slice(2))
      .join("")}`;
    const args = {
      ...plainValues(indexed, coder.decode(indexed, words)),
      ...plainValues(plain, coder.decode(plain, data)),
    };
    return [{ name, args: name === "MarketCreated" ? withKind(args) : args } as ClearingEvent];
  });
}

function withKind(args: Record<string, unknown>): Record<string, unknown> {
  const params = args.params as Record<string, unknown>;
  return { ...args, params: { ...params, kind: params.kind === 0n ? "quote" : "coin" } };
}
