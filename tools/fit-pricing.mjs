// SPDX-License-Identifier: MIT
// Coefficients of contracts/shared/LogNormal.sol and of its model: `node tools/fit-pricing.mjs` prints them
// with the largest error found. Weighted least squares on the linearised fit (N − f·D) / D, the weights raised where the
// error is large until it is level (Lawson). Nothing random; under a minute.
import { Decimal } from "decimal.js";

Decimal.set({ precision: 70 });
const dec = (value) => new Decimal(value);
const PI = Decimal.acos(-1);
const ZERO = dec(0);

/** (1 − N(x)) / φ(x) = √(π/2)·exp(x²/2) − Σ x^(2k+1) / (1·3·…·(2k+1)). */
function millsRatio(x) {
  let term = x;
  let sum = x;
  for (let k = 3; term.gt("1e-65"); k += 2) {
    term = term.times(x).times(x).div(k);
    sum = sum.plus(term);
  }
  return PI.div(2).sqrt().times(x.times(x).div(2).exp()).minus(sum);
}

/** 2·artanh(√w)/√w: ln(s/k) is √w times this, √w = (s − k)/(s + k). */
const logarithmRatio = (w) => {
  const z = w.sqrt();
  return dec(1).plus(z).div(dec(1).minus(z)).ln().div(z);
};

/** 2H of exp(−ρ/2) = (2H − ρ)/(2H + ρ), as a function of w = ρ²: ρ·coth(ρ/4). */
const exponentialRatio = (w) => {
  const r = w.sqrt();
  const e = r.div(2).exp();
  return r.times(e.plus(1)).div(e.minus(1));
};

function solve(matrix, right) {
  const size = right.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column; row < size; row += 1) {
      if (matrix[row][column].abs().gt(matrix[pivot][column].abs())) pivot = row;
    }
    [matrix[column], matrix[pivot]] = [matrix[pivot], matrix[column]];
    [right[column], right[pivot]] = [right[pivot], right[column]];
    for (let row = column + 1; row < size; row += 1) {
      const factor = matrix[row][column].div(matrix[column][column]);
      for (let k = column; k < size; k += 1) matrix[row][k] = matrix[row][k].minus(factor.times(matrix[column][k]));
      right[row] = right[row].minus(factor.times(right[column]));
    }
  }
  const answer = Array.from({ length: size }, () => ZERO);
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = right[row];
    for (let k = row + 1; k < size; k += 1) rest = rest.minus(matrix[row][k].times(answer[k]));
    answer[row] = rest.div(matrix[row][row]);
  }
  return answer;
}

const horner = (coefficients, x) => coefficients.reduceRight((sum, c) => sum.times(x).plus(c), ZERO);

/** Numerator of degree n, lowest power first, over a monic denominator of degree d (none for d = 0). */
function fit({ name, f, weight, from, to, n, d, rounds }) {
  const count = 12 * (n + d + 1);
  const points = Array.from({ length: count }, (_, i) => {
    const angle = PI.times(2 * i + 1).div(2 * count);
    const x = dec(from).plus(dec(to).minus(from).times(dec(1).minus(angle.cos())).div(2));
    const powers = [dec(1)];
    for (let k = 1; k <= Math.max(n, d); k += 1) powers.push(powers[k - 1].times(x));
    const y = f(x);
    const row = [...powers.slice(0, n + 1), ...powers.slice(0, d).map((p) => p.times(y).neg())];
    return { x, y, row, target: d === 0 ? y : powers[d].times(y), weight: weight(x), boost: 1, bottom: dec(1) };
  });
  const size = n + 1 + d;
  let best;
  for (let round = 0; round < rounds; round += 1) {
    const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => ZERO));
    const right = Array.from({ length: size }, () => ZERO);
    for (const { row, target, weight: w, boost, bottom } of points) {
      const scale = w.div(bottom).pow(2).times(boost);
      for (let i = 0; i < size; i += 1) {
        const scaled = row[i].times(scale);
        right[i] = right[i].plus(scaled.times(target));
        for (let j = i; j < size; j += 1) matrix[i][j] = matrix[j][i] = matrix[i][j].plus(scaled.times(row[j]));
      }
    }
    const solved = solve(matrix, right);
    const top = solved.slice(0, n + 1);
    const down = d === 0 ? [dec(1)] : [...solved.slice(n + 1), dec(1)];
    let worst = 0;
    for (const point of points) {
      point.bottom = horner(down, point.x);
      point.error = horner(top, point.x).div(point.bottom).minus(point.y).times(point.weight).abs().toNumber();
      worst = Math.max(worst, point.error);
    }
    const total = points.reduce((sum, { boost, error }) => sum + boost * error, 0);
    for (const point of points) point.boost = Math.max((point.boost * point.error * count) / total, 1e-12);
    if (best === undefined || worst < best.worst) best = { top, down, worst };
  }
  console.log(`${name}: degree ${n}/${d} on [${from}, ${to}], largest weighted error ${best.worst.toExponential(2)}`);
  return best;
}

/** Lowest power first; `scales` are the binary digits after the point of each coefficient. */
function print(label, coefficients, scales) {
  coefficients.forEach((c, power) => {
    const scaled = c.times(dec(2).pow(scales[power])).toFixed(0);
    console.log(`  ${label}${power} · 2^${scales[power]} = ${scaled}`);
  });
}

/** Scales that let two products with a Q64 variable share a word, lowest power first. */
const alternating = (count) =>
  Array.from({ length: count }, (_, power) => (power === count - 1 ? 64 : power % 2 === 0 ? 128 : 192));

const mills = fit({
  name: "Mills ratio times exp(−x²/2)",
  f: millsRatio,
  weight: (x) => x.times(x).div(-2).exp(),
  from: 0,
  to: 9,
  n: 7,
  d: 8,
  rounds: 40,
});
print("top", mills.top, alternating(8));
print("down", mills.down.slice(0, 8), alternating(8));

const logarithm = fit({
  name: "logarithm",
  f: logarithmRatio,
  weight: (w) => w.sqrt(),
  from: "1e-12",
  to: "0.02948", // ((181 − 128)/(181 + 128))² and a little
  n: 7,
  d: 0,
  rounds: 40,
});
print("p", logarithm.top, alternating(8));

const exponential = fit({
  name: "exponential, relative",
  f: exponentialRatio,
  weight: (w) => w.sqrt().div(16),
  from: "1e-12",
  to: "0.4805", // (ln 2)² and a little
  n: 5,
  d: 0,
  rounds: 40,
});
print("h", exponential.top, alternating(6));
