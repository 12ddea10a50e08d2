// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";

const eventShape = z.looseObject({ at: z.number(), kind: z.string(), block: z.number().optional() });

/** A line of `events.jsonl`. */
export type RunEvent = z.output<typeof eventShape>;

/** Deepest reorg that can be followed, blocks. */
const KEPT_BLOCKS = 200;

/**
 * Events in the order in which they were told, without those of blocks that were replaced later.
 * @param lines Of `events.jsonl`. @throws BallastError `runUnreadable` with the line that is no event.
 */
export async function* lastingEvents(lines: AsyncIterable<string>): AsyncIterable<RunEvent> {
  let waiting: RunEvent[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const event = eventOf(line, number);
    const { kind, block } = event;
    if (kind === "blocksReplaced" && block !== undefined)
      waiting = waiting.filter((one) => one.block === undefined || one.block <= block);
    waiting.push(event);
    if (block === undefined) continue;
    while ((waiting[0]!.block ?? 0) < block - KEPT_BLOCKS) yield waiting.shift()!;
  }
  yield* waiting;
}

function eventOf(line: string, number: number): RunEvent {
  try {
    return eventShape.parse(JSON.parse(line));
  } catch (cause) {
    throw new BallastError("runUnreadable", `events.jsonl holds no event in line ${number}`, {
      context: { line: number },
      cause,
    });
  }
}
