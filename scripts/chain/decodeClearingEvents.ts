// SPDX-License-Identifier: MIT
import { CLEARING_EVENT_NAMES, type ClearingEvent } from "../model/clearing/clearingEvents.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { plainValues } from "./plainValues.ts";

/** A log as a node gives it. */
export interface EncodedLog {
  readonly topics: readonly string[];
  readonly data: string;
}

/** The events of the Clearinghouse among logs of its address, in their order; what changes nobody's money is left out. */
export function decodeClearingEvents(logs: readonly EncodedLog[]): ClearingEvent[] {
  return logs.flatMap(({ topics, data }) => {
    const parsed = clearingInterface.parseLog({ topics: [...topics], data });
    if (parsed === null || !CLEARING_EVENT_NAMES.has(parsed.name)) return [];
    const args = plainValues(parsed.fragment.inputs, parsed.args);
    return [{ name: parsed.name, args: parsed.name === "MarketCreated" ? withKind(args) : args } as ClearingEvent];
  });
}

function withKind(args: Record<string, unknown>): Record<string, unknown> {
  const params = args.params as Record<string, unknown>;
  return { ...args, params: { ...params, kind: params.kind === 0n ? "quote" : "coin" } };
}
