// SPDX-License-Identifier: MIT
import { Decimal } from "decimal.js";

import type { Leg, Terms } from "../../../scripts/model/clearing/types.ts";
import type { Case } from "./randomBooks.ts";

/** Enough for 86-bit sizes at 64-bit prices with forty digits to spare. */
const Exact = Decimal.clone({ precision: 100 });
const ONE = new Exact(1);
const ZERO = new Exact(0);

/** One leg in whole dollars and options. */
interface RealLeg {
  readonly strike: Decimal;
  readonly isUp: boolean;
  readonly size: Decimal;
}

/** A leg's value in units of U at z. */
type Value = (z: Decimal) => Decimal;

/** What a book must hold, in ledger units before rounding. */
export interface Reference {
  readonly initial: Decimal;
  readonly maintenance: Decimal;
  readonly mark: Decimal;
  readonly halfMark: Decimal;
  readonly maximumLoss: Decimal;
  readonly owed: Decimal;
  readonly due: Decimal;
}

/**
 * The margin rules in a hundred digits, written from their statement alone. The maximum over an interval is taken at its ends
 * and at every price where any leg has a kink, without asking which kinks can matter.
 */
export function referenceOf(given: Case): Reference {
  const book = new ReferenceBook(given.legs, given.terms);
  const [price, low, high] = [given.band.price, given.band.low, given.band.high].map((value) => scaled(value, 8));
  const share = (bps: bigint): Decimal => scaled(bps, 4);
  const ninety = grain(price!.times("0.9"), "down");

  // Initial margin: the band widened by the shock, at most 90 % away, outwards to whole steps of the price.
  const shock = grain(price!.times(share(given.initialShockBps)), "up");
  const from = price!.minus(Exact.min(price!.minus(low!).plus(shock), ninety));
  const to = price!.plus(Exact.min(high!.minus(price!).plus(shock), ninety));
  const timeValue = book.timeValue(given.volatilityBps, given.secondsLeft);
  const initialShare = Exact.max(
    book.stress(from, to, timeValue),
    share(given.initialFloorBps).times(book.notional(price!)),
  );
  const initial = share(given.multiplierBps)
    .times(initialShare)
    .plus(share(given.addOnBps).times(book.notional(price!)));

  // Maintenance margin: the shock less what the band already took of it, inwards.
  const calm = book.timeValue(10_000n, given.secondsLeft);
  const narrow = grain(price!.times(share(given.maintenanceShockBps)), "down");
  const below = Exact.max(ZERO, narrow.minus(price!.minus(low!)));
  const above = Exact.max(ZERO, narrow.minus(high!.minus(price!)));
  const maintenance = Exact.max(
    book.stress(price!.minus(below), price!.plus(above), calm),
    share(given.maintenanceFloorBps).times(book.notional(price!)),
  );

  const maximumLoss = book.maximumLoss();
  const bounded = (value: Decimal): Decimal =>
    Exact.min(maximumLoss, Exact.max(ZERO, value)).times(10 ** given.terms.unitDecimals);
  const halved = ceiling(calm.div(2), 9);
  const { owed, due } = book.payoffs(price!);
  return {
    initial: bounded(initial),
    maintenance: bounded(maintenance),
    mark: bounded(book.stress(price!, price!, calm)),
    halfMark: bounded(book.stress(price!, price!, halved)),
    maximumLoss: bounded(maximumLoss),
    owed: owed.times(10 ** given.terms.unitDecimals),
    due: due.times(10 ** given.terms.unitDecimals),
  };
}

/** A book under the rules, in whole dollars, coins and options. */
export class ReferenceBook {
  readonly #legs: readonly RealLeg[];
  readonly #isCoin: boolean;
  readonly #cap: Decimal;

  constructor(legs: readonly Leg[], terms: Terms) {
    this.#isCoin = terms.kind === "coin";
    this.#cap = scaled(terms.capBps, 4);
    this.#legs = legs.map((leg) => ({
      strike: scaled(leg.strike, 4),
      isUp: leg.isCall !== this.#isCoin,
      size: scaled(leg.size, 6),
    }));
  }

  /** TV = min(0.4·σ·√τ, 1), nine decimals, up. */
  timeValue(volatilityBps: bigint, secondsLeft: bigint): Decimal {
    const years = new Exact(secondsLeft.toString()).div(365 * 86_400);
    return Exact.min(ONE, ceiling(years.sqrt().times(scaled(volatilityBps, 4)).times("0.4"), 9));
  }

  /** n · shorts, n = S or one coin. */
  notional(price: Decimal): Decimal {
    const shorts = this.#legs.reduce((sum, { size }) => sum.plus(Exact.max(ZERO, size.neg())), ZERO);
    return this.#isCoin ? shorts : shorts.times(price);
  }

  /** Exact maximum of shorts − longs over [from, to]. */
  stress(from: Decimal, to: Decimal, timeValue: Decimal): Decimal {
    const losses = [from, to, ...this.#kinksInside(from, to, timeValue)].map((price) =>
      this.#sum(price, (leg) => this.#stressValue(leg, timeValue)),
    );
    return Exact.max(...losses);
  }

  /** Loss at one price, shorts − longs with the weights of stress. */
  stressAt(price: Decimal, timeValue: Decimal): Decimal {
    return this.#sum(price, (leg) => this.#stressValue(leg, timeValue));
  }

  /** The worst pure payoff at any price, not below 0. */
  maximumLoss(): Decimal {
    // z = 0 and z = ∞ in one expression each: down legs pay U, up legs c·U.
    const atEnd = (ofUp: boolean): Decimal =>
      this.#legs
        .filter((leg) => leg.isUp === ofUp)
        .reduce((sum, leg) => sum.minus(leg.size.times(this.#unit(leg)).times(ofUp ? this.#cap : ONE)), ZERO);
    const prices = this.#legs.flatMap((leg) => [leg.strike, this.#priceAt(leg, this.#cap.plus(1))]);
    return Exact.max(ZERO, atEnd(false), atEnd(true), ...prices.map((price) => this.payoffLossAt(price)));
  }

  payoffLossAt(price: Decimal): Decimal {
    return this.#sum(price, (leg) => (z) => this.#payoff(leg, z));
  }

  payoffs(price: Decimal): { owed: Decimal; due: Decimal } {
    let [owed, due] = [ZERO, ZERO];
    for (const leg of this.#legs) {
      const value = this.#payoff(leg, this.#z(leg, price)).times(this.#unit(leg)).times(leg.size.abs());
      if (leg.size.isNegative()) owed = owed.plus(value);
      else due = due.plus(value);
    }
    return { owed, due };
  }

  /** Every price at which some leg's value bends. */
  #kinksInside(from: Decimal, to: Decimal, timeValue: Decimal): Decimal[] {
    return this.#legs
      .flatMap((leg) =>
        [ONE, this.#cap.plus(1).minus(timeValue), this.#cap.div(3).plus(1)].map((z) => this.#priceAt(leg, z)),
      )
      .filter((price) => price.gt(from) && price.lt(to));
  }

  #sum(price: Decimal, valueOf: (leg: RealLeg) => Value): Decimal {
    return this.#legs.reduce((sum, leg) => {
      const value = valueOf(leg)(this.#z(leg, price)).times(this.#unit(leg));
      return sum.minus(value.times(leg.size));
    }, ZERO);
  }

  /** Short: payoff/U + TV·min(1,z), at most the cap; long: 0.98 of what is credited. */
  #stressValue(leg: RealLeg, timeValue: Decimal): Value {
    return (z) => {
      if (leg.size.isNegative()) {
        const bound = this.#payoff(leg, z).plus(timeValue.times(Exact.min(ONE, z)));
        return Exact.min(bound, leg.isUp ? this.#cap : ONE);
      }
      const credited = leg.isUp ? Exact.min(this.#payoff(leg, z), this.#cap.div(3)) : this.#payoff(leg, z);
      return credited.times("0.98");
    };
  }

  #payoff(leg: RealLeg, z: Decimal): Decimal {
    if (!leg.isUp) return Exact.max(ZERO, ONE.minus(z));
    return Exact.min(this.#cap, Exact.max(ZERO, z.minus(1)));
  }

  #unit(leg: RealLeg): Decimal {
    return this.#isCoin ? ONE : leg.strike;
  }

  #z(leg: RealLeg, price: Decimal): Decimal {
    return this.#isCoin ? leg.strike.div(price) : price.div(leg.strike);
  }

  #priceAt(leg: RealLeg, z: Decimal): Decimal {
    return this.#isCoin ? leg.strike.div(z) : leg.strike.times(z);
  }
}

/** A whole number with that many decimals. */
export function scaled(value: bigint, decimals: number): Decimal {
  return new Exact(value.toString()).div(new Exact(10).pow(decimals));
}

/** To a whole step of the price. */
function grain(value: Decimal, direction: "up" | "down"): Decimal {
  return value.toDecimalPlaces(8, direction === "up" ? Decimal.ROUND_CEIL : Decimal.ROUND_FLOOR);
}

function ceiling(value: Decimal, decimals: number): Decimal {
  return value.toDecimalPlaces(decimals, Decimal.ROUND_CEIL);
}
