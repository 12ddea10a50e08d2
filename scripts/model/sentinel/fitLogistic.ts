// SPDX-License-Identifier: MIT
import { exp } from "../market/repeatableMath.ts";
import { BallastError } from "../BallastError.ts";

/** A logistic model: P = 1 / (1 + e^−(intercept + Σ coefficient · x)). */
export interface Logistic {
  readonly intercept: number;
  readonly coefficients: readonly number[];
}

/** Of the likelihood; of the second derivatives, negative, the lower half. */
interface Derivatives {
  readonly gradient: Float64Array;
  readonly hessian: readonly Float64Array[];
}

const MOST_STEPS = 50;
const MOST_SWEEPS = 100_000;
const CONVERGED = 1e-9;
/** Beyond this the probability is 0 or 1 to nine digits. */
const LOGIT_LIMIT = 20;
const SMALLEST_WEIGHT = 1e-12;

/** Probability that a model gives a row. Pure, and the same on every machine. */
export function probabilityOf({ intercept, coefficients }: Logistic, row: ArrayLike<number>): number {
  let logit = intercept;
  for (let column = 0; column < coefficients.length; column += 1) logit += coefficients[column]! * row[column]!;
  const bounded = Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit));
  return 1 / (1 + exp(-bounded));
}

/**
 * Fits by iteratively reweighted least squares (Newton's steps), with an intercept that is neither penalised nor bounded. Pure.
 * @param rows One row of features per sample, standardised where the penalty is to mean the same for all.
 * @param penalty Half of this times the squared coefficients is added to the loss summed over samples; at least 0.
 * @param lowest No coefficient is lower. 0 for features of which more is never better: what the samples lack must not count
 * as good news.
 * @throws BallastError `fitFailed` when it does not converge, as where a plane parts the samples.
 */
export function fitLogistic(
  rows: readonly ArrayLike<number>[],
  labels: readonly boolean[],
  penalty: number,
  lowest = -Infinity,
): Logistic {
  const width = (rows[0]?.length ?? 0) + 1;
  let model = new Float64Array(width);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = descend(model, derivatives(model, rows, labels, penalty), lowest);
    const largest = next.reduce((most, value, index) => Math.max(most, Math.abs(value - model[index]!)), 0);
    model = next;
    if (largest < CONVERGED) return { intercept: model[0]!, coefficients: [...model.subarray(1)] };
  }
  throw new BallastError("fitFailed", "The fit does not converge", { context: { steps: MOST_STEPS } });
}

/** Gradient of the likelihood and its negative second derivatives; place 0 is the intercept's. */
function derivatives(
  model: Float64Array,
  rows: readonly ArrayLike<number>[],
  labels: readonly boolean[],
  penalty: number,
): Derivatives {
  const width = model.length;
  const gradient = new Float64Array(width);
  const hessian = Array.from({ length: width }, () => new Float64Array(width)); // lower half
  const current = { intercept: model[0]!, coefficients: [...model.subarray(1)] };
  const extended = new Float64Array(width);
  extended[0] = 1;
  for (const [index, row] of rows.entries()) {
    extended.set(row, 1);
    const probability = probabilityOf(current, row);
    const residual = (labels[index] === true ? 1 : 0) - probability;
    const weight = Math.max(probability * (1 - probability), SMALLEST_WEIGHT);
    for (let a = 0; a < width; a += 1) {
      gradient[a]! += residual * extended[a]!;
      const line = hessian[a]!;
      const scaled = weight * extended[a]!;
      for (let b = 0; b <= a; b += 1) line[b]! += scaled * extended[b]!;
    }
  }
  for (let index = 1; index < width; index += 1) {
    gradient[index]! -= penalty * model[index]!;
    hessian[index]![index]! += penalty;
  }
  return { gradient, hessian };
}

/**
 * Where the parabola of these derivatives is highest, no coefficient below `lowest`: one after the other is moved to its best
 * place until none moves.
 */
function descend(model: Float64Array, { gradient, hessian }: Derivatives, lowest: number): Float64Array<ArrayBuffer> {
  const width = model.length;
  const next = Float64Array.from(model);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    let largest = 0;
    for (let a = 0; a < width; a += 1) {
      let slope = gradient[a]!;
      for (let b = 0; b < width; b += 1) slope -= hessian[Math.max(a, b)]![Math.min(a, b)]! * (next[b]! - model[b]!);
      const best = next[a]! + slope / hessian[a]![a]!;
      const moved = a === 0 ? best : Math.max(lowest, best);
      largest = Math.max(largest, Math.abs(moved - next[a]!));
      next[a] = moved;
    }
    if (largest < CONVERGED / 10) return next;
  }
  throw new BallastError("fitFailed", "The parabola has no summit", { context: { sweeps: MOST_SWEEPS } });
}
