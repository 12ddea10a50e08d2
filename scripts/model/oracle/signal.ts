// SPDX-License-Identifier: MIT
import { LEVEL } from "./types.ts";

const HOUR = 3_600;
const NEVER = Infinity;

/** Rows of the trigger table, as bits of a cause (contracts/shared/Signal.sol). */
export const CAUSE = {
  average5m: 1 << 0,
  average30m: 1 << 1,
  average12h: 1 << 2,
  jump: 1 << 3,
  weight: 1 << 4,
  rung: 1 << 5,
  dispersion: 1 << 6,
  witness: 1 << 7,
  noWitness: 1 << 8,
  resume: 1 << 9,
  divergent: 1 << 10,
  impaired: 1 << 11,
  conflict: 1 << 12,
  isNew: 1 << 13,
} as const;

/** Rounds in which clear levels must hold before a level falls. */
const CLEAR_ROUNDS = 5;
/** Quorum rounds after another rung, or before a feed is listed. */
export const LADDER_ROUNDS = 20;
/** Limits of a row: Cautious, ReduceOnly, Halted. */
type Row = readonly [cautious: number, reduceOnly: number, halted: number];
const AVERAGE_5M: Row = [50_000, 100_000, 200_000];
const AVERAGE_30M: Row = [80_000, 150_000, 300_000];
const AVERAGE_12H: Row = [200_000, 350_000, NEVER];
const JUMP: Row = [50_000, 80_000, 200_000];
const JUMP_AFTER_GAP: Row = [50_000, 80_000, NEVER];
const DISPERSION: Row = [5_000, 15_000, 40_000];
export const DISPERSION_LIMITS = DISPERSION;
export const AVERAGE_12H_CAUTIOUS = AVERAGE_12H[0];

/** What a signal is computed from. Moves, jump and dispersion in ppm, distances and weight in bps, ages in seconds. */
export interface SignalInputs {
  readonly move5m: number;
  readonly move30m: number;
  readonly move12h: number;
  readonly jump: number;
  readonly afterGap: boolean;
  readonly resumed: boolean;
  readonly isNew: boolean;
  readonly impaired: boolean;
  readonly unwitnessed: boolean;
  readonly conflicted: boolean;
  readonly contradicted: boolean;
  readonly dispersion: number;
  readonly wideCautious: number;
  readonly wideReduceOnly: number;
  readonly wideHalted: number;
  readonly witnessAge: number;
  readonly witnessDistanceBps: number;
  readonly witnessThresholdBps: number;
  readonly witnessFarSamples: number;
  readonly signedWeightBps: number;
  readonly divergentInTwenty: number;
  readonly quorumStreak: number;
}

/** Strictest level tripped now, strictest not yet clear, and the rows that tripped. */
export interface Judgement {
  tripped: number;
  held: number;
  cause: number;
}

/** The trigger table. */
export function judge(inputs: SignalInputs): Judgement {
  const result: Judgement = { tripped: LEVEL.normal, held: LEVEL.normal, cause: 0 };
  apply(result, inputs.move5m, AVERAGE_5M, CAUSE.average5m);
  apply(result, inputs.move30m, AVERAGE_30M, CAUSE.average30m);
  apply(result, inputs.move12h, AVERAGE_12H, CAUSE.average12h);
  raise(result, levelOf(inputs.jump, inputs.afterGap ? JUMP_AFTER_GAP : JUMP), CAUSE.jump);
  judgeSet(result, inputs);
  judgeDispersion(result, inputs);
  judgeWitness(result, inputs);
  result.held = Math.max(result.held, result.tripped);
  return result;
}

/** Next stored level and streak: it falls only after the clear levels held for five rounds. */
export function nextLevel(
  current: number,
  clearStreak: number,
  { tripped, held }: Judgement,
): { level: number; streak: number } {
  if (tripped >= current) return { level: tripped, streak: 0 };
  if (held >= current) return { level: current, streak: 0 };
  if (clearStreak + 1 < CLEAR_ROUNDS) return { level: current, streak: clearStreak + 1 };
  return { level: held, streak: 0 };
}

function judgeSet(result: Judgement, inputs: SignalInputs): void {
  if (inputs.signedWeightBps < 8_000) hold(result, LEVEL.cautious);
  if (inputs.signedWeightBps < 7_200) raise(result, LEVEL.cautious, CAUSE.weight);
  if (inputs.divergentInTwenty >= 5) raise(result, LEVEL.cautious, CAUSE.divergent);
  if (inputs.unwitnessed) raise(result, LEVEL.halted, CAUSE.rung);
  if (!inputs.isNew && inputs.quorumStreak < LADDER_ROUNDS) raise(result, LEVEL.reduceOnly, CAUSE.rung);
  if (inputs.impaired) raise(result, LEVEL.reduceOnly, CAUSE.impaired);
  if (inputs.resumed) raise(result, LEVEL.recovery, CAUSE.resume);
  if (inputs.isNew) raise(result, LEVEL.recovery, CAUSE.isNew);
}

/** Wide for three rounds, this one included; five for Halted, and only when no witness supports the price. */
function judgeDispersion(result: Judgement, inputs: SignalInputs): void {
  const { dispersion } = inputs;
  if (dispersion <= DISPERSION[0] / 2) return;
  const [cautious, reduceOnly, halted] = DISPERSION;
  hold(result, levelOf(dispersion, halves(DISPERSION)));
  const supported = inputs.witnessAge <= HOUR && inputs.witnessDistanceBps <= 150;
  if (dispersion > cautious && inputs.wideCautious >= 2) raise(result, LEVEL.cautious, CAUSE.dispersion);
  if (dispersion > reduceOnly && inputs.wideReduceOnly >= 2) raise(result, LEVEL.reduceOnly, CAUSE.dispersion);
  if (dispersion > halted && !supported && inputs.wideHalted >= 4) raise(result, LEVEL.halted, CAUSE.dispersion);
}

/** What a stale witness said is no evidence; its absence is. */
function judgeWitness(result: Judgement, inputs: SignalInputs): void {
  if (inputs.conflicted) raise(result, LEVEL.cautious, CAUSE.conflict);
  if (inputs.witnessAge > HOUR) {
    raise(result, inputs.witnessAge > 24 * HOUR ? LEVEL.reduceOnly : LEVEL.cautious, CAUSE.noWitness);
    return;
  }
  if (inputs.contradicted) raise(result, LEVEL.reduceOnly, CAUSE.witness);
  const cautious = Math.max(150, inputs.witnessThresholdBps + 100);
  const reduceOnly = Math.max(300, cautious);
  const distance = inputs.witnessDistanceBps;
  if (distance <= Math.floor(cautious / 2)) return;
  // Held by half of the limits, Halted's too, though it trips on two samples only.
  hold(result, levelOf(distance, halves([cautious, reduceOnly, 800])));
  const halted = inputs.witnessFarSamples >= 2 ? 800 : NEVER;
  raise(result, levelOf(distance, [cautious, reduceOnly, halted]), CAUSE.witness);
}

/** A row that trips at its limits and clears at half of them. */
function apply(result: Judgement, metric: number, row: Row, cause: number): void {
  if (metric <= row[0] / 2) return;
  hold(result, levelOf(metric, halves(row)));
  raise(result, levelOf(metric, row), cause);
}

const halves = ([cautious, reduceOnly, halted]: Row): Row => [
  Math.floor(cautious / 2),
  Math.floor(reduceOnly / 2),
  Math.floor(halted / 2),
];

function levelOf(metric: number, [cautious, reduceOnly, halted]: Row): number {
  if (metric > halted) return LEVEL.halted;
  if (metric > reduceOnly) return LEVEL.reduceOnly;
  return metric > cautious ? LEVEL.cautious : LEVEL.normal;
}

function hold(result: Judgement, level: number): void {
  if (level > result.held) result.held = level;
}

function raise(result: Judgement, level: number, cause: number): void {
  if (level === LEVEL.normal) return;
  result.cause |= cause;
  if (level > result.tripped) result.tripped = level;
}
