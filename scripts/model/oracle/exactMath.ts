// SPDX-License-Identifier: MIT

/** Quotients this near to a whole number are computed in whole numbers; floating point is more exact than that. */
const NEAR = 2 ** -20;
const ROUNDING = 2 ** -49;
const WAD = 10n ** 18n;

/**
 * ⌊(left · right + addend) / divisor⌋, exact, of non-negative whole numbers. The product may be beyond 2^53: floating point
 * decides where its error cannot change the floor, whole numbers decide the rest.
 */
export function mulDivDown(left: number, right: number, addend: number, divisor: number): number {
  const quotient = (left * right + addend) / divisor;
  const floor = Math.floor(quotient);
  const rest = quotient - floor;
  if (quotient * ROUNDING < NEAR && rest > NEAR && rest < 1 - NEAR) return floor;
  return Number((BigInt(left) * BigInt(right) + BigInt(addend)) / BigInt(divisor));
}

/** Whether left · a ≤ right · b, exact, of non-negative whole numbers. */
export function isProductAtMost(left: number, a: number, right: number, b: number): boolean {
  const [first, second] = [left * a, right * b];
  if (first <= Number.MAX_SAFE_INTEGER && second <= Number.MAX_SAFE_INTEGER) return first <= second;
  return BigInt(left) * BigInt(a) <= BigInt(right) * BigInt(b);
}

/** ⌊√value⌋. */
export function squareRootDown(value: bigint): bigint {
  if (value < 2n) return value;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root;
}

/** e^x for x ≤ 0, both with 18 decimals, to the last digit as Solady's `expWad`: the averages' weights come out of it. */
export function expWad(exponent: bigint): bigint {
  if (exponent <= -41_446_531_673_892_822_313n) return 0n;
  const log2 = 54_916_777_467_707_473_351_141_471_128n;
  let x = (exponent << 78n) / 5n ** 18n;
  const shift = ((x << 96n) / log2 + (1n << 95n)) >> 96n;
  x -= shift * log2;
  let y = x + 1_346_386_616_545_796_478_920_950_773_328n;
  y = ((y * x) >> 96n) + 57_155_421_227_552_351_082_224_309_758_442n;
  let p = y + x - 94_201_549_194_550_492_254_356_042_504_812n;
  p = ((p * y) >> 96n) + 28_719_021_644_029_726_153_956_944_680_412_240n;
  p = p * x + (4_385_272_521_454_847_904_659_076_985_693_276n << 96n);
  let q = x - 2_855_989_394_907_223_263_936_484_059_900n;
  q = ((q * x) >> 96n) + 50_020_603_652_535_783_019_961_831_881_945n;
  q = ((q * x) >> 96n) - 533_845_033_583_426_703_283_633_433_725_380n;
  q = ((q * x) >> 96n) + 3_604_857_256_930_695_427_073_651_918_091_429n;
  q = ((q * x) >> 96n) - 14_423_608_567_350_463_180_887_372_962_807_573n;
  q = ((q * x) >> 96n) + 26_449_188_498_355_588_339_934_803_723_976_023n;
  return ((p / q) * 3_822_833_074_963_236_453_042_738_258_902_158_003_155_416_615_667n) >> (195n - shift);
}

/** 1 − e^(−elapsed / tau) with 2^32 = 1, rounded down; seconds. */
export function decayWeight(elapsed: number, tau: number): number {
  if (elapsed > 32 * tau) return 2 ** 32;
  const kept = expWad(-((BigInt(elapsed) * WAD) / BigInt(tau)));
  return Number(((WAD - kept) << 32n) / WAD);
}
