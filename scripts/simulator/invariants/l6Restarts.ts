// SPDX-License-Identifier: MIT
import type { BlockSight } from "../record/sights.ts";
import { isDisturbed } from "./disturbed.ts";
import type { Invariant } from "./Invariant.ts";

const RESUME_SECONDS = 60;
/** What a program may repeat by mistake it repeats soon. */
const WATCHED_SECONDS = 600;
const KEPT = 64;

/** L6: a program that was started again answers within a minute, and does not try again what it had done. */
export function restartsResume(): Invariant {
  const memory = {
    before: undefined as ReadonlySet<string> | undefined,
    startedAt: new Map<string, number>(),
    waiting: new Set<string>(),
    /** What went through, by actor. */
    done: new Map<string, string[]>(),
  };
  return {
    id: "L6",
    memory,
    check(sight, context) {
      const { before, startedAt, waiting, done } = memory;
      const { seconds } = sight;
      for (const name of context.running) {
        if (before === undefined || before.has(name)) continue;
        startedAt.set(name, seconds);
        waiting.add(name);
      }
      memory.before = new Set(context.running);
      for (const name of waiting) if (context.answering.has(name) || !context.running.has(name)) waiting.delete(name);
      const repeated = repeats(sight, startedAt, done);
      const limit = RESUME_SECONDS + context.scenario.chain.blockSeconds;
      if (isDisturbed(context, seconds, RESUME_SECONDS)) for (const name of waiting) startedAt.set(name, seconds);
      const late = [...waiting].find((name) => seconds - startedAt.get(name)! > limit);
      return late === undefined
        ? repeated
        : `${late} does not answer ${seconds - startedAt.get(late)!} s after its start`;
    },
  };
}

/** Something that had gone through was sent once more, and refused, by who was just started again. */
function repeats(
  { work, seconds }: BlockSight,
  startedAt: ReadonlyMap<string, number>,
  done: Map<string, string[]>,
): string | undefined {
  let wrong: string | undefined;
  for (const { actor, to, input, isReverted, hash } of work) {
    const key = `${to} ${input}`;
    const known = done.get(actor) ?? [];
    const isWatched = seconds - (startedAt.get(actor) ?? -Infinity) <= WATCHED_SECONDS;
    if (isReverted && isWatched && known.includes(key)) wrong ??= `${actor} repeated in ${hash} what it had done`;
    if (!isReverted) done.set(actor, [...known, key].slice(-KEPT));
  }
  return wrong;
}
