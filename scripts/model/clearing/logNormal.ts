// SPDX-License-Identifier: MIT
/** Unit of probabilities and densities: mirrors `LogNormal.ONE`. */
export const PROBABILITY_ONE = 1n << 120n;

/** Bit for bit what `LogNormal` computes; the mathematics is explained there. */
export interface Probabilities {
  /** N(−b), in {@link PROBABILITY_ONE}. */
  readonly near: bigint;
  /** N(−a)·high/low, in the same unit. */
  readonly far: bigint;
  /** φ(b), in the same unit. */
  readonly density: bigint;
}

const REACH = 9n << 64n;
const LN2 = 235865763225513294137944142764154484399n;
const TWO_LN2 = 471731526451026588275888285528308968799n;
const HALVINGS = 13306513097844322492n;
const DENSITY_AT_ZERO = 530285247811860281885121121780411961n;

/** Highest power first; Q64 and Q128 and Q192 in turn, see {@link alternating}. */
const LOGARITHM = [
  2750606766062930282n,
  52067835811778455970458302379574999134n,
  1141435945123115933682162680404561069694965322347924054570n,
  75618180559290922414061166756067783595n,
  1793457658885047940874299454585362471246425875915441795681n,
  136112946763218098515295814416593668194n,
  4184734490257988187962605710545765768375504520419107785815n,
  680564733841876920213871866274476829929n,
] as const;
const EXPONENTIAL = [
  1489555687n,
  -4395431895230733451249974331343n,
  12973506356645515960842362782556995914475860019394243n,
  -118153599618739393260142676083949673n,
  523091811282216103941664604769822762158271443178898175818n,
  1361129467683753860634278223697601835862n,
] as const;
const MILLS_TOP = [
  18446685183367190053n,
  8253143721826343629112488656535873389219n,
  1715220337361316720236853020631341012066182244034484967916056n,
  628675899317196497986442875788479743535105n,
  50880138020029447285801721495937534236544421031664181734841514n,
  7917160096223463492695834316667025202495829n,
  257951432394936868811803056809890398048880673560208222368357601n,
  12462706983718847717680830660070470873000705n,
] as const;
const MILLS_DOWN = [
  93323915300478824739342744658614276421264n,
  11748861293020988975319172524789870653020650833037195483126171n,
  2850782653528827492209678126836704747650123n,
  157293038702385236900797367694884140897606917239972194908645039n,
  16577720143514001553848199985981164752385275n,
  352172037659649965337743885811654398722805644005412480527473849n,
  9943801488119315654534712452017445961674366n,
] as const;
const MILLS_SEVENTH = 447400856297511958804n;

/** √x in Q64 for whole 1 ≤ x < 2³². */
export function root(x: bigint): bigint {
  const shift = 8n * (BigInt(x > 0xffn) + BigInt(x > 0xffffn) + BigInt(x > 0xffffffn));
  let guess = ((x + (16n << shift)) * 1581795254563573927n) >> (shift >> 1n);
  for (let step = 0; step < 5; step += 1) guess = (guess + (x << 128n) / guess) >> 1n;
  return guess;
}

/** ln(high/low) in Q128. */
export function logarithm(low: bigint, high: bigint): bigint {
  let doublings = 0n;
  while (low * 181n < high << 7n) {
    low <<= 1n;
    doublings += LN2;
  }
  const z = ((high - low) << 64n) / (high + low);
  const w = (z * z) >> 64n;
  return doublings + ((z * alternating(LOGARITHM, LOGARITHM[0], w)) >> 64n);
}

/** What an option out of the money is made of, for a deviation v = σ√τ in Q64. */
export function probabilities(low: bigint, high: bigint, deviation: bigint): Probabilities {
  const u = deviation === 0n ? 0n : logarithm(low, high) / deviation;
  const half = deviation >> 1n;
  const inside = u < half;
  const b = inside ? half - u : u - half;
  if (b >= REACH) return { near: inside ? PROBABILITY_ONE : 0n, far: 0n, density: 0n };

  const density = densityOf(b);
  const tail = (density * millsRatio(b)) >> 64n;
  return {
    near: inside ? PROBABILITY_ONE - tail : tail,
    far: (density * millsRatio(u + half)) >> 64n,
    density,
  };
}

function densityOf(b: bigint): bigint {
  const square = b * b;
  const k = (square * HALVINGS + (1n << 191n)) >> 192n;
  const r = square - k * TWO_LN2;
  const r64 = r >> 64n;
  const h = alternating(EXPONENTIAL, EXPONENTIAL[0], (r64 * r64) >> 64n);
  return (((h - r) * DENSITY_AT_ZERO) / (h + r)) >> k;
}

function millsRatio(x: bigint): bigint {
  const top = alternating(MILLS_TOP, MILLS_TOP[0], x);
  const down = alternating([0n, ...MILLS_DOWN], x + MILLS_SEVENTH, x);
  return (top << 64n) / down;
}

/** Horner in a Q64 variable: every second product, in Q192, is cut back to Q64. */
function alternating(coefficients: readonly bigint[], first: bigint, x: bigint): bigint {
  return coefficients.slice(1).reduce((sum, coefficient, index) => {
    const next = sum * x + coefficient;
    return index % 2 === 1 ? next >> 128n : next;
  }, first);
}
