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

/** Quorum rounds after another rung, or before a feed is listed. */
export const LADDER_ROUNDS = 20;
/** Limits of a row: Cautious, ReduceOnly, Halted; ppm, but the witness's bps. */
export type Row = readonly [cautious: number, reduceOnly: number, halted: number];

/** The trigger table's numbers. The contracts have {@link SIGNAL_ROWS}; only the simulator asks what others would do. */
export interface SignalRows {
  readonly average5m: Row;
  readonly average30m: Row;
  readonly average12h: Row;
  readonly jump: Row;
  readonly dispersion: Row;
  readonly witnessBps: Row;
  /** Signed weight below which Cautious trips and above which it clears, bps. */
  readonly weightBps: readonly [trip: number, clear: number];
  /** Divergent rounds in twenty. */
  readonly divergentRounds: number;
  /** Rounds in which clear levels must hold before a level falls. */
  readonly clearRounds: number;
}

/** The trigger table as the contracts have it (contracts/shared/Signal.sol). */
export const SIGNAL_ROWS: SignalRows = {
  average5m: [50_000, 100_000, 200_000],
  average30m: [80_000, 150_000, 300_000],
  average12h: [200_000, 350_000, NEVER],
  jump: [50_000, 80_000, 200_000],
  dispersion: [5_000, 15_000, 40_000],
  witnessBps: [150, 300, 800],
  weightBps: [7_200, 8_000],
  divergentRounds: 5,
  clearRounds: 5,
};

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
export function judge(inputs: SignalInputs, rows: SignalRows = SIGNAL_ROWS): Judgement {
  const result: Judgement = { tripped: LEVEL.normal, held: LEVEL.normal, cause: 0 };
  apply(result, inputs.move5m, rows.average5m, CAUSE.average5m);
  apply(result, inputs.move30m, rows.average30m, CAUSE.average30m);
  apply(result, inputs.move12h, rows.average12h, CAUSE.average12h);
  const [cautious, reduceOnly] = rows.jump;
  raise(result, levelOf(inputs.jump, inputs.afterGap ? [cautious, reduceOnly, NEVER] : rows.jump), CAUSE.jump);
  judgeSet(result, inputs, rows);
  judgeDispersion(result, inputs, rows.dispersion);
  judgeWitness(result, inputs, rows.witnessBps);
  result.held = Math.max(result.held, result.tripped);
  return result;
}

/** Next stored level and streak: it falls only after the clear levels held for five rounds. */
export function nextLevel(
  current: number,
  clearStreak: number,
  { tripped, held }: Judgement,
  clearRounds = SIGNAL_ROWS.clearRounds,
): { level: number; streak: number } {
  if (tripped >= current) return { level: tripped, streak: 0 };
  if (held >= current) return { level: current, streak: 0 };
  if (clearStreak + 1 < clearRounds) return { level: current, streak: clearStreak + 1 };
  return { level: held, streak: 0 };
}

function judgeSet(result: Judgement, inputs: SignalInputs, { weightBps, divergentRounds }: SignalRows): void {
  if (inputs.signedWeightBps < weightBps[1]) hold(result, LEVEL.cautious);
  if (inputs.signedWeightBps < weightBps[0]) raise(result, LEVEL.cautious, CAUSE.weight);
  if (inputs.divergentInTwenty >= divergentRounds) raise(result, LEVEL.cautious, CAUSE.divergent);
  if (inputs.unwitnessed) raise(result, LEVEL.halted, CAUSE.rung);
  if (!inputs.isNew && inputs.quorumStreak < LADDER_ROUNDS) raise(result, LEVEL.reduceOnly, CAUSE.rung);
  if (inputs.impaired) raise(result, LEVEL.reduceOnly, CAUSE.impaired);
  if (inputs.resumed) raise(result, LEVEL.recovery, CAUSE.resume);
  if (inputs.isNew) raise(result, LEVEL.recovery, CAUSE.isNew);
}

/** Wide for three rounds, this one included; five for Halted, and only when no witness supports the price. */
function judgeDispersion(result: Judgement, inputs: SignalInputs, row: Row): void {
  const { dispersion } = inputs;
  if (dispersion <= row[0] / 2) return;
  const [cautious, reduceOnly, halted] = row;
  hold(result, levelOf(dispersion, halves(row)));
  const supported = inputs.witnessAge <= HOUR && inputs.witnessDistanceBps <= 150;
  if (dispersion > cautious && inputs.wideCautious >= 2) raise(result, LEVEL.cautious, CAUSE.dispersion);
  if (dispersion > reduceOnly && inputs.wideReduceOnly >= 2) raise(result, LEVEL.reduceOnly, CAUSE.dispersion);
  if (dispersion > halted && !supported && inputs.wideHalted >= 4) raise(result, LEVEL.halted, CAUSE.dispersion);
}

/** What a stale witness said is no evidence; its absence is. */
function judgeWitness(result: Judgement, inputs: SignalInputs, row: Row): void {
  if (inputs.conflicted) raise(result, LEVEL.cautious, CAUSE.conflict);
  if (inputs.witnessAge > HOUR) {
    raise(result, inputs.witnessAge > 24 * HOUR ? LEVEL.reduceOnly : LEVEL.cautious, CAUSE.noWitness);
    return;
  }
  if (inputs.contradicted) raise(result, LEVEL.reduceOnly, CAUSE.witness);
  const cautious = Math.max(row[0], inputs.witnessThresholdBps + 100);
  const reduceOnly = Math.max(row[1], cautious);
  const distance = inputs.witnessDistanceBps;
  if (distance <= Math.floor(cautious / 2)) return;
  // Held by half of the limits, Halted's too, though it trips on two samples only.
  hold(result, levelOf(distance, halves([cautious, reduceOnly, row[2]])));
  const halted = inputs.witnessFarSamples >= 2 ? row[2] : NEVER;
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
