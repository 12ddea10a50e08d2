// SPDX-License-Identifier: MIT
import { BPS, PRICE_ONE } from "../constants.ts";
import { ceilDiv, isUp, larger, ratioOf, SIZE_ONE, smaller, STRIKE_TO_PRICE, unitsPerWhole } from "./payoff.ts";
import type { Band, Leg, Point, Scenario, Terms } from "./types.ts";

/** 1 in time values. */
export const TIME_VALUE_ONE = 1_000_000_000n;
const YEAR = 365n * 86_400n;
/** The interval of a scenario reaches at most this far from the price. */
const WIDEST_BPS = 9_000n;
/** 1 in values of legs: holds TV, 0.98 and c/3 exactly. */
const SCALE = 3n * TIME_VALUE_ONE;
const CREDIT_PERCENT = 98n;
/** The contract's largest number, which stands for "no measure". */
export const NO_MEASURE = (1n << 256n) - 1n;

/** A requirement with what it came from; ledger units, each rounded up. */
export interface Requirement {
  readonly cost: bigint;
  readonly maximumLoss: bigint;
  readonly amount: bigint;
}

/** How legs are valued: stress counts time value, 0.98 and c/3, a pure payoff does not. */
export interface Valuation {
  readonly value: (leg: Leg, terms: Terms, at: Point) => bigint;
  /** z at which a short up leg reaches its cap, as a fraction. */
  readonly capNumerator: bigint;
  readonly capDenominator: bigint;
}

/** A price to look at. */
export interface Candidate {
  /** Zero and infinity are the ends of all prices; a strike is a long's, a cap a short up leg's. */
  readonly at: "low" | "high" | "zero" | "infinity" | "strike" | "cap";
  /** Position of the leg whose strike or cap it is. */
  readonly leg: number | undefined;
  readonly point: Point;
}

/** A price of maximum loss; undefined point: price without bound. */
export interface LossCandidate extends Omit<Candidate, "point"> {
  readonly point: Point | undefined;
  /** Shorts less longs of some of the legs there, ledger units, rounded up. */
  readonly losses: (legs: readonly Leg[]) => bigint;
}

/** 0.4 of TV, bps. */
export const TIME_VALUE_FACTOR_BPS = 4_000n;

/** TV = min(0.4·σ·√τ, 1), 9 decimals, rounded up. */
export function timeValueUp(volatilityBps: bigint, secondsLeft: bigint, factorBps = TIME_VALUE_FACTOR_BPS): bigint {
  const factor = (factorBps * TIME_VALUE_ONE) / BPS ** 2n;
  const square = ceilDiv(factor * factor * volatilityBps * volatilityBps * secondsLeft, YEAR);
  return smaller(rootUp(square), TIME_VALUE_ONE);
}

/** What initial margin looks at: the band widened by the shock, at most 90 % of the price, rounded outwards. */
export function initialScenario(
  band: Band,
  rule: { shockBps: bigint; floorBps: bigint; timeValue: bigint; multiplierBps: bigint; addOnBps: bigint },
): Scenario {
  const { price } = band;
  const shock = ceilDiv(price * rule.shockBps, BPS);
  const widest = (price * WIDEST_BPS) / BPS;
  return {
    price,
    low: price - smaller(price - band.low + shock, widest),
    high: price + smaller(band.high - price + shock, widest),
    timeValue: rule.timeValue,
    floorBps: rule.floorBps,
    multiplierBps: rule.multiplierBps,
    addOnBps: rule.addOnBps,
    isStale: false,
  };
}

/** What maintenance margin looks at: the shock less what uncertainty takes of it on either side, rounded inwards. */
export function maintenanceScenario(
  band: Band,
  rule: { shockBps: bigint; floorBps: bigint; timeValue: bigint },
): Scenario {
  const { price } = band;
  const shock = (price * rule.shockBps) / BPS;
  return {
    ...markScenario(price, rule.timeValue),
    low: price - larger(shock - (price - band.low), 0n),
    high: price + larger(shock - (band.high - price), 0n),
    floorBps: rule.floorBps,
  };
}

/** The price itself, no floor: what the marks look at. */
export function markScenario(price: bigint, timeValue: bigint): Scenario {
  return {
    price,
    low: price,
    high: price,
    timeValue,
    floorBps: 0n,
    multiplierBps: BPS,
    addOnBps: 0n,
    isStale: false,
  };
}

/** The requirement of a scenario, bit for bit as `Margin.calculateRequirement`. */
export function calculateRequirement(legs: readonly Leg[], terms: Terms, scenario: Scenario): Requirement {
  const cost = costUp(legs, terms, scenario);
  const maximumLoss = maximumLossUp(legs, terms);
  return { cost, maximumLoss, amount: smaller(cost, maximumLoss) };
}

/** M and M₀, bit for bit as `Margin.calculateMarks`. */
export function calculateMarks(
  legs: readonly Leg[],
  terms: Terms,
  price: bigint,
  timeValue: bigint,
): { full: bigint; half: bigint } {
  const amountAt = (part: bigint): bigint => calculateRequirement(legs, terms, markScenario(price, part)).amount;
  return { full: amountAt(timeValue), half: amountAt((timeValue + 1n) / 2n) };
}

/** k · max(stress, φ·n·shorts) + add-on, ledger units, rounded up; 0 without shorts. */
export function costUp(legs: readonly Leg[], terms: Terms, scenario: Scenario): bigint {
  const shorts = shortsOf(legs);
  if (shorts === 0n) return 0n;
  if (scenario.isStale) return NO_MEASURE;

  const valuation = stressValuation(terms, scenario.timeValue);
  const costs = stressCandidates(legs, terms, scenario, valuation).map(({ point }) => {
    // n · shorts over the denominator that values of legs have at this price.
    const notional = shorts * (terms.kind === "coin" ? point.price : scenario.price * point.weight);
    const floor = (notional * scenario.floorBps * SCALE) / BPS;
    const charged = scenario.multiplierBps * larger(lossAt(legs, terms, valuation, point), floor);
    return toUnitsUp(charged + scenario.addOnBps * notional * SCALE, BPS * SCALE, terms, point);
  });
  return costs.reduce(larger, 0n);
}

/** Most that the legs can ever cost, ledger units, rounded up. No price. */
export function maximumLossUp(legs: readonly Leg[], terms: Terms): bigint {
  return maximumLossCandidates(legs, terms)
    .map(({ losses }) => losses(legs))
    .reduce(larger, 0n);
}

/** Options that legs owe, of all series together, 6 decimals. */
export function shortsOf(legs: readonly Leg[]): bigint {
  return legs.reduce((sum, { size }) => (size < 0n ? sum - size : sum), 0n);
}

/** A short is U·min(payoff/U + TV·min(1,z), cap); a long 0.98·U·min((z−1)⁺, c/3) or 0.98·U·(1−z)⁺, negative. */
export function stressValuation(terms: Terms, timeValue: bigint): Valuation {
  return {
    capNumerator: TIME_VALUE_ONE + (terms.capBps * TIME_VALUE_ONE) / BPS - timeValue,
    capDenominator: TIME_VALUE_ONE,
    value: (leg, market, at) => {
      const { a, b } = ratioOf(leg, market, at);
      const isUpLeg = isUp(leg, market);
      const gain = larger(isUpLeg ? a - b : b - a, 0n) * SCALE;
      if (leg.size < 0n) {
        const cap = isUpLeg ? (market.capBps * b * SCALE) / BPS : b * SCALE;
        return smaller(gain + 3n * timeValue * smaller(a, b), cap);
      }
      const credited = isUpLeg ? smaller(gain, (market.capBps * b * SCALE) / (3n * BPS)) : gain;
      return (credited * CREDIT_PERCENT) / 100n;
    },
  };
}

function payoffValuation(terms: Terms): Valuation {
  return {
    capNumerator: BPS + terms.capBps,
    capDenominator: BPS,
    value: (leg, market, at) => {
      const { a, b } = ratioOf(leg, market, at);
      if (!isUp(leg, market)) return larger(b - a, 0n) * SCALE;
      return smaller(larger(a - b, 0n) * SCALE, (market.capBps * b * SCALE) / BPS);
    },
  };
}

/** Shorts less longs, times `SCALE`, times the denominator of `toUnitsUp`. */
function lossAt(legs: readonly Leg[], terms: Terms, { value }: Valuation, point: Point): bigint {
  return legs.reduce((sum, leg) => sum - leg.size * value(leg, terms, point), 0n);
}

/** Dollars are over the weight of the price, coins over the price. */
function toUnitsUp(numerator: bigint, scale: bigint, terms: Terms, point: Point): bigint {
  const whole = terms.kind === "coin" ? point.price : PRICE_ONE * point.weight;
  return ceilDiv(numerator * unitsPerWhole(terms), scale * SIZE_ONE * whole);
}

/** Both ends, and inside them the peaks. */
export function stressCandidates(
  legs: readonly Leg[],
  terms: Terms,
  { low, high }: Scenario,
  valuation: Valuation,
): Candidate[] {
  const ends: Candidate[] = [
    { at: "low", leg: undefined, point: { price: low, weight: 1n } },
    { at: "high", leg: undefined, point: { price: high, weight: 1n } },
  ];
  const inside = peaks(legs, terms, valuation).filter(
    ({ point }) => low * point.weight < point.price && point.price < high * point.weight,
  );
  return [...ends, ...inside];
}

/** Where the slope of the loss falls: strikes of longs, and where short up legs reach their cap. */
function peaks(legs: readonly Leg[], terms: Terms, valuation: Valuation): Candidate[] {
  return legs.flatMap((leg, index): Candidate[] => {
    const strike = leg.strike * STRIKE_TO_PRICE;
    if (leg.size >= 0n) return [{ at: "strike", leg: index, point: { price: strike, weight: 1n } }];
    if (!isUp(leg, terms)) return [];
    const { capNumerator, capDenominator } = valuation;
    const point =
      terms.kind === "quote"
        ? { price: strike * capNumerator, weight: capDenominator }
        : { price: strike * capDenominator, weight: capNumerator };
    return [{ at: "cap", leg: index, point }];
  });
}

/** Shorts less longs at a price, ledger units, rounded up; negative is a gain. */
export function lossUp(legs: readonly Leg[], terms: Terms, valuation: Valuation, point: Point): bigint {
  return toUnitsUp(lossAt(legs, terms, valuation, point), SCALE, terms, point);
}

/** Prices 0 and without bound, and the peaks of pure payoffs. */
export function maximumLossCandidates(legs: readonly Leg[], terms: Terms): LossCandidate[] {
  const valuation = payoffValuation(terms);
  const inside = peaks(legs, terms, valuation).map((candidate) => ({
    ...candidate,
    losses: (part: readonly Leg[]) => lossUp(part, terms, valuation, candidate.point),
  }));
  return [
    { at: "zero", leg: undefined, point: { price: 0n, weight: 1n }, losses: (part) => lossAtEndUp(part, terms, false) },
    { at: "infinity", leg: undefined, point: undefined, losses: (part) => lossAtEndUp(part, terms, true) },
    ...inside,
  ];
}

/** At price 0 puts pay all they can, without bound calls do: a down leg U, an up leg c·U. */
function lossAtEndUp(legs: readonly Leg[], terms: Terms, paysCalls: boolean): bigint {
  const loss = legs.reduce((sum, leg) => {
    if (leg.isCall !== paysCalls) return sum;
    const unit = terms.kind === "coin" ? PRICE_ONE : leg.strike * STRIKE_TO_PRICE;
    return sum - leg.size * unit * (isUp(leg, terms) ? terms.capBps : BPS);
  }, 0n);
  return ceilDiv(loss * unitsPerWhole(terms), BPS * SIZE_ONE * PRICE_ONE);
}

/** The square root, rounded up. */
function rootUp(square: bigint): bigint {
  if (square < 2n) return square;
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) break;
    root = next;
  }
  return root * root < square ? root + 1n : root;
}
