// SPDX-License-Identifier: MIT
// A path must be the same on every machine. Sum, product, quotient and square root are by the standard of floating point;
// exponentials and logarithms of engines differ in the last digit, so what enters a price is computed here.

/** Uniform numbers in [0, 1). */
export interface Units {
  unit(): number;
}

const HALVINGS = 5;
const TERMS = 12;
/** √(8 / e): width of the region that ratios of uniforms are drawn from. */
const WIDTH = 1.7155277699214135;

/** e^x for |x| ≤ 10, to about 14 digits. */
export function exp(x: number): number {
  const small = x / 2 ** HALVINGS;
  let sum = 1;
  for (let term = TERMS; term > 0; term -= 1) sum = 1 + (sum * small) / term;
  for (let doubling = 0; doubling < HALVINGS; doubling += 1) sum *= sum;
  return sum;
}

/** ln x for x between e^-10 and e^10, by Halley's steps on {@link exp}. */
export function ln(x: number): number {
  let guess = 0;
  for (let rest = x; rest > 2; rest /= 2) guess += Math.LN2;
  for (let rest = x; rest < 0.5; rest *= 2) guess -= Math.LN2;
  for (let step = 0; step < 4; step += 1) {
    const reached = exp(guess);
    guess += (2 * (x - reached)) / (x + reached);
  }
  return guess;
}

/** A standard normal number, tails included: ratio of two uniforms. The engine's logarithm only accepts or refuses. */
export function normal(units: Units): number {
  for (;;) {
    const u = 1 - units.unit();
    const v = WIDTH * (units.unit() - 0.5);
    const x = v / u;
    const square = x * x;
    if (square <= 5 - 5.136101666750977 * u) return x;
    if (square < 1.036961042583566 / u + 1.4 && square <= -4 * Math.log(u)) return x;
  }
}
