// SPDX-License-Identifier: MIT
import { bookParts, keyOf, potKey, seriesLeg } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger, MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { numerators, toUnitsDown, toUnitsUp } from "../../model/clearing/payoff.ts";
import type { AddressBook } from "./AddressBook.ts";
import { cents, dollarsOf } from "./dollars.ts";
import type { Healths } from "./HealthWatch.ts";
import type { BlockSight, FeedSight } from "./sights.ts";

/** An account at the end of a run; USD at the true price. */
export interface AccountRow {
  readonly account: string;
  /** What it put in, less what it took out, each at the price of its moment. */
  readonly deposits: number;
  readonly freeBalance: number;
  readonly bookCash: number;
  /** What it has, options at what they would pay at the true price, less what it put in. */
  readonly profit: number;
  /** Cash over maintenance at the true price, of its weakest book, see `Healths`; undefined where it had no shorts. */
  readonly healthBefore: number | undefined;
  readonly worstHealth: number | undefined;
  readonly healthAfter: number | undefined;
}

const HEALTH_DIGITS = 4;
const NOBODY = "0x0000000000000000000000000000000000000000";

/** Follows who puts money in and takes it out. */
export class Accounts {
  readonly #book: AddressBook;
  readonly #seen = {
    deposits: new Map<string, number>(),
    /** What of it came out of the owners' own wallets. */
    outOfWallets: new Map<string, number>(),
  };

  constructor(book: AddressBook) {
    this.#book = book;
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  see({ events, ledger, feeds }: BlockSight): void {
    for (const { contract, name, args } of events) {
      if (contract !== "house" || (name !== "Deposited" && name !== "Withdrawn")) continue;
      const owner = (args.owner as string).toLowerCase();
      const amount = (name === "Deposited" ? args.credited : args.amount) as bigint;
      const worth = worthOf(ledger, feeds, args.token as string, amount);
      const sum = (this.#seen.deposits.get(owner) ?? 0) + (name === "Deposited" ? worth : -worth);
      this.#seen.deposits.set(owner, sum);
      const isOwn = name === "Withdrawn" || (args.caller as string).toLowerCase() === owner;
      const before = this.#seen.outOfWallets.get(owner) ?? 0;
      if (isOwn) this.#seen.outOfWallets.set(owner, before + (name === "Deposited" ? worth : -worth));
    }
  }

  /** What an account moved from its wallet into the house, less what it took back, USD. */
  outOfWallet(address: string): number {
    return this.#seen.outOfWallets.get(address.toLowerCase()) ?? 0;
  }

  /** In the order of their names. */
  rows({ ledger, feeds }: BlockSight, healths: Healths): AccountRow[] {
    const owners = new Set([
      ...this.#seen.deposits.keys(),
      ...[...ledger.books.keys()].map((id) => bookParts(id).owner),
    ]);
    for (const key of [...ledger.freeBalances.keys(), ...ledger.longs.keys()]) owners.add(key.split(":")[0]!);
    owners.delete(NOBODY);
    const rows = [...owners].map((owner) => this.#row(owner, ledger, feeds, healths));
    return rows.sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  #row(owner: string, ledger: ClearingLedger, feeds: readonly FeedSight[], healths: Healths): AccountRow {
    const books = [...ledger.books].filter(([id]) => bookParts(id).owner === owner);
    let bookCash = 0;
    let options = longsOf(owner, ledger, feeds);
    for (const [id, { cash, legs }] of books) {
      const { market: number, expiry } = bookParts(id);
      const market = ledger.markets.get(number)!;
      bookCash += dollarsOf(cash, market, feeds);
      const price = settledOr(ledger, number, expiry, feeds);
      const { owed, due } = numerators(legs, market.terms, price);
      const net =
        due >= owed ? toUnitsDown(due - owed, market.terms, price) : -toUnitsUp(owed - due, market.terms, price);
      options += dollarsOf(net, market, feeds);
    }
    const freeBalance = [...ledger.tokenDecimals.keys()].reduce(
      (sum, token) => sum + worthOf(ledger, feeds, token, ledger.freeBalances.get(keyOf(owner, token)) ?? 0n),
      0,
    );
    const deposits = this.#seen.deposits.get(owner) ?? 0;
    const ids = books.map(([id]) => id);
    return {
      account: this.#book.nameOf(owner),
      deposits: cents(deposits),
      freeBalance: cents(freeBalance),
      bookCash: cents(bookCash),
      profit: cents(freeBalance + bookCash + options - deposits),
      healthBefore: weakestOf(ids, healths.before),
      worstHealth: weakestOf(ids, healths.worst),
      healthAfter: weakestOf(ids, healths.after),
    };
  }
}

function weakestOf(ids: readonly bigint[], healths: ReadonlyMap<bigint, number>): number | undefined {
  const known = ids.flatMap((id) => healths.get(id) ?? []);
  return known.length === 0 ? undefined : Number(Math.min(...known).toFixed(HEALTH_DIGITS));
}

/** Longs outside books at what they would pay. */
function longsOf(owner: string, ledger: ClearingLedger, feeds: readonly FeedSight[]): number {
  let sum = 0;
  for (const series of ledger.openInterest.keys()) {
    const size = ledger.longs.get(keyOf(owner, series)) ?? 0n;
    if (size === 0n) continue;
    const number = series >> 73n;
    const market = ledger.markets.get(number)!;
    const price = settledOr(ledger, number, (series >> 41n) & 0xffff_ffffn, feeds);
    const { due } = numerators([seriesLeg(series, size)], market.terms, price);
    sum += dollarsOf(toUnitsDown(due, market.terms, price), market, feeds);
  }
  return sum;
}

function settledOr(ledger: ClearingLedger, market: bigint, expiry: bigint, feeds: readonly FeedSight[]): bigint {
  const price = ledger.pots.get(potKey(market, expiry))?.price ?? 0n;
  return price === 0n ? feeds[Number(ledger.markets.get(market)!.feed)]!.truth : price;
}

/** Of a token that some market has for collateral; others count for nothing. */
function worthOf(ledger: ClearingLedger, feeds: readonly FeedSight[], token: string, amount: bigint): number {
  const market = [...ledger.markets.values()].find((one: MarketRecord) => one.token === token.toLowerCase());
  return market === undefined ? 0 : dollarsOf(amount, market, feeds);
}
