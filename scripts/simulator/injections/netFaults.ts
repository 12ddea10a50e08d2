// SPDX-License-Identifier: MIT
import type { HttpAnswer } from "../../chain/Transport.ts";
import type { Random } from "../../chain/Random.ts";
import type { FaultDetails } from "../scenario/faultTypes.ts";
import { resolveGroups } from "../scenario/resolveTargets.ts";
import { HANGS } from "../world/SimulatedNetwork.ts";
import type { Delivery, Links, Passage } from "../world/SimulatedNetwork.ts";
import type { Layer } from "./Stack.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { bending } from "./faultGround.ts";

const STEPS = 2n ** 32n;
/** There and back in more than this is no answer for programs that wait a few seconds. */
const LONGEST_TRIP_MS = 2_000;
/** Within this, messages overtake each other. */
const REORDER_MS = 1_500;
const NOT_DELAYED: Passage = { delayMs: 0, isLost: false, isDoubled: false };

/** Faults between programs: validators, relayers, keepers. The chain and venues are reached over other wires. */
export const netFaults: Injectors<"net"> = {
  "net.delay": ({ with: details }, ground) => delayed(details, ground),
  "net.duplicate": (_fault, ground) => passing(ground, () => ({ ...NOT_DELAYED, isDoubled: true })),
  "net.reorder": (_fault, ground) =>
    passing(ground, () => ({ ...NOT_DELAYED, delayMs: Math.floor(unit(ground.random) * REORDER_MS) })),
  "net.partition": (fault, { world, stacks }) => {
    const groups = resolveGroups(fault, world.population, world.scenario.seed);
    const cut = (from: string, to: string): Passage | undefined =>
      isApart(groups, from, to) ? { ...NOT_DELAYED, isLost: true } : undefined;
    return bending(() => stacks.links.add(passage(cut)));
  },
};

/** Whether two are in different groups. */
export function isApart(groups: readonly (readonly string[])[], from: string, to: string): boolean {
  const own = groups.find((group) => group.includes(from));
  const other = groups.find((group) => group.includes(to));
  return own !== undefined && other !== undefined && own !== other;
}

/** Two faults on one link: delays add up, and what either loses is lost. */
export function joinPassages(one: Passage | undefined, other: Passage | undefined): Passage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    delayMs: one.delayMs + other.delayMs,
    isLost: one.isLost || other.isLost,
    isDoubled: one.isDoubled || other.isDoubled,
  };
}

/** One way, milliseconds: the jitter is spread evenly around the median, and nothing arrives before it left. */
export function drawDelayMs(
  { medianSeconds, jitterSeconds }: Pick<FaultDetails["net.delay"], "medianSeconds" | "jitterSeconds">,
  random: Random,
): number {
  const shift = (2 * unit(random) - 1) * jitterSeconds;
  return Math.max(0, Math.round((medianSeconds + shift) * 1000));
}

/**
 * Programs pull news from one another and wait for seconds only. A longer delay is therefore one of the news itself: who asks
 * is answered with the newest of what was on its way long enough.
 */
function delayed(details: FaultDetails["net.delay"], ground: FaultGround): Injection {
  const { world, stacks, random } = ground;
  const between = isBetween(ground);
  const news = new LateNews(() => world.time.nowMs);
  const isLost = (): boolean => unit(random) < details.loss;
  if (2 * (details.medianSeconds + details.jitterSeconds) * 1000 <= LONGEST_TRIP_MS)
    return passing(ground, () => ({ ...NOT_DELAYED, delayMs: drawDelayMs(details, random), isLost: isLost() }));
  return bending(() =>
    stacks.hosts.add((below) => async (to, delivery, host) => {
      if (!between(delivery.from, to)) return below(to, delivery, host);
      const delayMs = drawDelayMs(details, random); // drawn whatever the host says, so that draws do not depend on it
      const lost = isLost();
      const answer = await below(to, delivery, host);
      return news.exchange(wireOf(to, delivery), lost || answer === HANGS ? undefined : answer, delayMs);
    }),
  );
}

/** Answers on their way. */
export class LateNews {
  readonly #nowMs: () => number;
  readonly #wires = new Map<string, { readonly atMs: number; readonly answer: HttpAnswer }[]>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Sends an answer off, and returns the newest that has arrived by now. @param answer Undefined: it is lost. */
  exchange(wire: string, answer: HttpAnswer | undefined, delayMs: number): HttpAnswer | typeof HANGS {
    const nowMs = this.#nowMs();
    const sent = this.#wires.get(wire) ?? [];
    if (answer !== undefined) sent.push({ atMs: nowMs + delayMs, answer });
    const newest = sent.findLastIndex(({ atMs }) => atMs <= nowMs);
    this.#wires.set(wire, newest === -1 ? sent : sent.slice(newest));
    return sent[newest]?.answer ?? HANGS;
  }
}

function passing(ground: FaultGround, draw: () => Passage): Injection {
  const between = isBetween(ground);
  return bending(() => ground.stacks.links.add(passage((from, to) => (between(from, to) ? draw() : undefined))));
}

function passage(own: Links): Layer<Links> {
  return (below) => (from, to) => joinPassages(own(from, to), below(from, to));
}

/** Whether a message is from or to one who is hit, and between programs. */
function isBetween({ world, targets }: FaultGround): (from: string, to: string) => boolean {
  const { actors } = world;
  return (from, to) => actors.has(from) && actors.has(to) && (targets.includes(from) || targets.includes(to));
}

/** News of one kind from one to another: later questions differ only in what they ask for since. */
function wireOf(to: string, { from, target }: Delivery): string {
  return `${from} ${to} ${target.split("?")[0]}`;
}

/** Uniform in [0, 1). */
function unit(random: Random): number {
  return Number(random.below(STEPS)) / Number(STEPS);
}
