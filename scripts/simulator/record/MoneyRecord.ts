// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger, MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { numerators, toUnitsUp } from "../../model/clearing/payoff.ts";
import { RUNGS } from "../../model/clearing/settlementLadder.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import { cents, dollarsOf, notionalOf } from "./dollars.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { BlockSight, FeedSight } from "./sights.ts";

const SHARE_DIGITS = 6;

interface MoneyMemory {
  debt: number;
  uncovered: number;
  largestInterest: number;
  insurance: { readonly start: number; readonly low: number; readonly end: number } | undefined;
  readonly rungs: Record<string, number>;
  settled: number;
  delay: number;
  readonly haircuts: number[];
}

/** Losses, what paid for them, and how expiries ended; money in USD at the true price of the moment. */
export class MoneyRecord {
  readonly #seen: MoneyMemory = {
    debt: 0,
    uncovered: 0,
    largestInterest: 0,
    insurance: undefined,
    rungs: {},
    settled: 0,
    delay: 0,
    haircuts: [],
  };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  see(sight: BlockSight): void {
    const { events } = sight;
    for (const event of events) if (event.contract === "house") this.#seeEvent(event, sight);
    const insurance = insuranceOf(sight.ledger, sight.feeds);
    const { start, low } = this.#seen.insurance ?? { start: insurance, low: insurance };
    this.#seen.insurance = { start, low: Math.min(low, insurance), end: insurance };
    if (this.#seen.largestInterest === 0 || events.length > 0)
      this.#seen.largestInterest = Math.max(this.#seen.largestInterest, interestOf(sight));
  }

  get insurance(): RunSummary["insurance"] {
    const { start, low, end } = this.#seen.insurance ?? { start: 0, low: 0, end: 0 };
    return { start: cents(start), low: cents(low), end: cents(end) };
  }

  get settlement(): RunSummary["settlement"] {
    return {
      series: this.#seen.settled,
      rungs: { ...this.#seen.rungs },
      delaySeconds: { max: this.#seen.delay },
      haircuts: [...this.#seen.haircuts],
    };
  }

  /** @param last What was seen last: what open books lack at its true prices counts too. */
  badDebt(last: BlockSight | undefined): RunSummary["badDebt"] {
    const open = last === undefined ? { lacking: 0, uncovered: 0 } : openLosses(last);
    const absolute = this.#seen.debt + open.lacking;
    const largest = this.#seen.largestInterest;
    return {
      absolute: cents(absolute),
      shareOfOpenInterest: largest === 0 ? 0 : Number((absolute / largest).toFixed(SHARE_DIGITS)),
      afterInsurance: cents(this.#seen.uncovered + open.uncovered),
    };
  }

  #seeEvent({ name, args }: WorldEvent, { ledger, feeds, timestamp }: BlockSight): void {
    const worth = (amount: bigint, market: bigint): number => dollarsOf(amount, ledger.markets.get(market)!, feeds);
    if (name === "BidFilled" || name === "BookAbsorbed" || name === "BookSettled") {
      const { market } = bookParts(args.id as bigint);
      this.#seen.debt += worth(args.drawn as bigint, market);
      if (name !== "BookSettled") return;
      this.#seen.debt += worth(args.shortage as bigint, market);
      this.#seen.uncovered += worth(args.shortage as bigint, market);
    }
    if (name === "TrancheDrawn") this.#seen.debt += worth(args.amount as bigint, args.market as bigint);
    if (name === "ExpirySettled") this.#seePrice(args.rung as bigint, timestamp - Number(args.expiry));
    if (name === "ExpiryFinal") this.#seeEnd(args.market as bigint, args.expiry as bigint, ledger);
  }

  #seePrice(rung: bigint, delay: number): void {
    const name = RUNGS[Number(rung)]!;
    this.#seen.rungs[name] = (this.#seen.rungs[name] ?? 0) + 1;
    this.#seen.settled += 1;
    this.#seen.delay = Math.max(this.#seen.delay, delay);
  }

  #seeEnd(market: bigint, expiry: bigint, ledger: ClearingLedger): void {
    const { claims, collected, price } = ledger.pots.get(potKey(market, expiry))!;
    const due = toUnitsUp(claims, ledger.markets.get(market)!.terms, price);
    if (collected < due) this.#seen.haircuts.push(Number((1 - Number(collected) / Number(due)).toFixed(SHARE_DIGITS)));
  }
}

function insuranceOf(ledger: ClearingLedger, feeds: readonly FeedSight[]): number {
  return [...ledger.markets.values()].reduce((sum, market) => sum + dollarsOf(market.insurance, market, feeds), 0);
}

/** All shorts of expiries that are not priced, at the true price. */
export function interestOf({ ledger, feeds }: Pick<BlockSight, "ledger" | "feeds">): number {
  let sum = 0;
  for (const [series, size] of ledger.openInterest) {
    if (size === 0n) continue;
    const market = series >> 73n;
    const expiry = (series >> 41n) & 0xffff_ffffn;
    if ((ledger.pots.get(potKey(market, expiry))?.price ?? 0n) !== 0n) continue;
    sum += notionalOf(size, ledger.markets.get(market)!, feeds);
  }
  return sum;
}

/** What books would lack if their options ended now, and what their markets' insurance would not cover of it. */
function openLosses({ ledger, feeds }: BlockSight): { readonly lacking: number; readonly uncovered: number } {
  const lacks = new Map<MarketRecord, bigint>();
  for (const [id, { cash, status, legs }] of ledger.books) {
    if (status === "settled" || legs.length === 0) continue;
    const { market: number, expiry } = bookParts(id);
    const market = ledger.markets.get(number)!;
    const priced = ledger.pots.get(potKey(number, expiry))?.price ?? 0n;
    const price = priced === 0n ? feeds[Number(market.feed)]!.truth : priced;
    const { owed, due } = numerators(legs, market.terms, price);
    const lack = owed > due ? toUnitsUp(owed - due, market.terms, price) - cash : 0n;
    if (lack > 0n) lacks.set(market, (lacks.get(market) ?? 0n) + lack);
  }
  const sum = { lacking: 0, uncovered: 0 };
  for (const [market, lack] of lacks) {
    sum.lacking += dollarsOf(lack, market, feeds);
    sum.uncovered += dollarsOf(lack > market.insurance ? lack - market.insurance : 0n, market, feeds);
  }
  return sum;
}
