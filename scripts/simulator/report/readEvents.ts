// SPDX-License-Identifier: MIT
import { lastingEvents } from "./lastingEvents.ts";
import type { FaultWindow, FirstBid } from "./RunMaterial.ts";

/** What of the events a report shows. */
export interface EventFacts {
  readonly windows: readonly FaultWindow[];
  readonly firstBids: readonly FirstBid[];
  readonly counts: ReadonlyMap<string, number>;
}

interface OpenWindow {
  readonly name: string;
  readonly type: string;
  readonly from: number;
}

/** @param lines Of `events.jsonl`. @throws BallastError `runUnreadable` with the line that is no event. */
export async function readEvents(lines: AsyncIterable<string>): Promise<EventFacts> {
  const counts = new Map<string, number>();
  const [open, windows] = [new Map<string, OpenWindow>(), [] as FaultWindow[]];
  const [flagged, firstBids] = [new Map<string, number>(), [] as FirstBid[]];
  for await (const { at, kind, block, ...details } of lastingEvents(lines)) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const id = textOf(details["id"]);
    if (kind === "faultBegin") {
      const name = textOf(details["fault"] ?? details["name"]);
      open.set(name, { name, type: textOf(details["type"] ?? details["fault"] ?? details["name"]), from: at });
    }
    if (kind === "faultEnd") {
      const name = textOf(details["fault"] ?? details["name"]);
      const begun = open.get(name);
      if (begun !== undefined) windows.push({ ...begun, until: at });
      open.delete(name);
    }
    if (kind === "bookFlagged" && block !== undefined) flagged.set(id, block);
    if (kind === "bookUnflagged") flagged.delete(id);
    if (kind === "bidFilled" || kind === "bookAbsorbed") {
      const since = flagged.get(id);
      if (since !== undefined && block !== undefined) firstBids.push({ blocks: block - since });
      flagged.delete(id);
    }
  }
  const unended = [...open.values()].map((window) => ({ ...window, until: undefined }));
  return { windows: [...windows, ...unended].sort((a, b) => a.from - b.from), firstBids, counts };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
