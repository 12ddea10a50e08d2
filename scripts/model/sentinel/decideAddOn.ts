// SPDX-License-Identifier: MIT

/** Add-on to initial margin by step, bps; the contract takes at most 1,000. */
export const ADD_ON_STEPS_BPS = [0n, 250n, 500n, 1_000n] as const;

/** What is remembered between decisions. Times in milliseconds. */
export interface AddOnState {
  /** Index into `ADD_ON_STEPS_BPS`. */
  readonly step: number;
  /** Since when the risk has been low enough to go a step down. */
  readonly lowSinceMs: bigint | undefined;
  /** What this reporter last told the chain within the hour, and when. */
  readonly told: { readonly addOnBps: bigint; readonly atMs: bigint } | undefined;
}

/** How an add-on falls and is renewed. */
export interface AddOnPolicy {
  /** Risks from which on each step holds, rising. */
  readonly thresholds: readonly number[];
  /** The risk must be below this part of a step's threshold to leave it, 0 to 1. */
  readonly release: number;
  /** And for so long, once per step. */
  readonly dwellMs: bigint;
  /** What holds is told again after so long, for on chain it decays. */
  readonly renewMs: bigint;
}

/** What to do now, and what to remember. */
export interface AddOnDecision {
  readonly state: AddOnState;
  /** Undefined to say nothing. */
  readonly reportBps: bigint | undefined;
}

/** Nothing known, nothing told. */
export const CALM: AddOnState = { step: 0, lowSinceMs: undefined, told: undefined };

/**
 * Up at once to the step the risk asks for; down one step at a time, each after the risk was clearly lower for a while, so that
 * a risk around a threshold does not flap. An unknown risk changes nothing and says nothing: what was told expires by itself.
 * Pure.
 */
export function decideAddOn(
  state: AddOnState,
  risk: number | undefined,
  nowMs: bigint,
  policy: AddOnPolicy,
): AddOnDecision {
  if (risk === undefined) return { state: { ...state, lowSinceMs: undefined }, reportBps: undefined };
  const next = moved(state, risk, nowMs, policy);
  const addOnBps = ADD_ON_STEPS_BPS[next.step]!;
  return { state: next, reportBps: isDue(addOnBps, next.told, nowMs, policy) ? addOnBps : undefined };
}

/** The highest step that a report reached; 0 for none. Pure. */
export function stepOf(told: AddOnState["told"]): number {
  if (told === undefined) return 0;
  return ADD_ON_STEPS_BPS.filter((addOnBps) => addOnBps !== 0n && addOnBps <= told.addOnBps).length;
}

function moved(state: AddOnState, risk: number, nowMs: bigint, policy: AddOnPolicy): AddOnState {
  const asked = policy.thresholds.filter((threshold) => risk >= threshold).length;
  if (asked >= state.step) return { ...state, step: asked, lowSinceMs: undefined };
  if (risk >= policy.thresholds[state.step - 1]! * policy.release) return { ...state, lowSinceMs: undefined };

  const lowSinceMs = state.lowSinceMs ?? nowMs;
  if (nowMs - lowSinceMs < policy.dwellMs) return { ...state, lowSinceMs };
  return { ...state, step: state.step - 1, lowSinceMs: nowMs };
}

/** A change is told at once, a raise that holds when it fades, and calm once. */
function isDue(addOnBps: bigint, told: AddOnState["told"], nowMs: bigint, { renewMs }: AddOnPolicy): boolean {
  if (told === undefined) return addOnBps !== 0n;
  if (told.addOnBps !== addOnBps) return true;
  return addOnBps !== 0n && nowMs - told.atMs >= renewMs;
}
