// SPDX-License-Identifier: MIT
import { bookParts, keyOf, potKey, seriesLeg } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger, MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { numerators, toUnitsDown, toUnitsUp } from "../../model/clearing/payoff.ts";
import { owedIn } from "../invariants/owedIn.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { AddressBook } from "./AddressBook.ts";
import { cents, dollarsOf } from "./dollars.ts";
import type { Healths } from "./HealthWatch.ts";
import type { BlockSight, FeedSight } from "./sights.ts";

/** An account at the end of a run; USD at the true price of the end, so that who merely holds a coin gains and loses nothing. */
export interface AccountRow {
  readonly account: string;
  /** What it put in, less what it took out or gave to insurance. */
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
/** Of a market's number in the id of a series. */
const MARKET_SHIFT = 73n;
/** Whatever belongs to no account. */
const HOUSE = "insurance and fees";
const NOBODY = "0x0000000000000000000000000000000000000000";

/** Follows who puts money in and takes it out. */
export class Accounts {
  readonly #book: AddressBook;
  readonly #seen = {
    /** By owner and token, ledger units. */
    deposits: new Map<string, bigint>(),
    /** What of it came out of the owners' own wallets, USD. */
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
    const isFirst = this.#seen.deposits.size === 0;
    for (const event of events) {
      if (event.contract === "house") this.#seeHouse(event, ledger, feeds);
      if (event.contract === "vault" && event.name === "OptionsSold") this.#seeSale(event, ledger);
    }
    if (!isFirst) return;
    // What the Clearinghouse holds at first counts as put in.
    for (const token of ledger.tokenDecimals.keys())
      this.#add(HOUSE, token, heldByHouse(ledger, token) - this.#of(HOUSE, token));
  }

  /** What an account moved from its wallet into the house, less what it took back, USD. */
  outOfWallet(address: string): number {
    return this.#seen.outOfWallets.get(address.toLowerCase()) ?? 0;
  }

  /** In the order of their names. */
  rows({ ledger, feeds }: BlockSight, healths: Healths): AccountRow[] {
    const owners = new Set([...ledger.books.keys()].map((id) => bookParts(id).owner));
    for (const key of [...this.#seen.deposits.keys(), ...ledger.freeBalances.keys(), ...ledger.longs.keys()])
      owners.add(key.split(":")[0]!);
    owners.delete(NOBODY);
    owners.delete(HOUSE);
    const rows = [...owners].map((owner) => this.#row(owner, ledger, feeds, healths));
    const options = rows.reduce((sum, row) => sum + row.profit + row.deposits - row.freeBalance - row.bookCash, 0);
    return [...rows.sort((a, b) => (a.account < b.account ? -1 : 1)), this.#houseRow(ledger, feeds, -options)];
  }

  /** The other side of all accounts: with it the results add up to nothing. @param options What they owe each other's, USD. */
  #houseRow(ledger: ClearingLedger, feeds: readonly FeedSight[], options: number): AccountRow {
    const held = [...ledger.tokenDecimals.keys()].reduce(
      (sum, token) => sum + worthOf(ledger, feeds, token, heldByHouse(ledger, token)),
      0,
    );
    const deposits = this.#worthOfDeposits(HOUSE, ledger, feeds);
    const profit = cents(held + options - deposits);
    return {
      account: HOUSE,
      deposits: cents(deposits),
      freeBalance: cents(held),
      bookCash: 0,
      profit,
      healthBefore: undefined,
      worstHealth: undefined,
      healthAfter: undefined,
    };
  }

  #seeHouse({ name, args }: WorldEvent, ledger: ClearingLedger, feeds: readonly FeedSight[]): void {
    if (name === "InsuranceFunded" || name === "InsuranceWithdrawn") {
      const { token } = ledger.markets.get(args.market as bigint)!;
      const given = name === "InsuranceFunded" ? (args.amount as bigint) : -(args.amount as bigint);
      this.#add((name === "InsuranceFunded" ? args.caller : args.to) as string, token, -given);
      this.#add(HOUSE, token, given);
    }
    if (name !== "Deposited" && name !== "Withdrawn") return;
    const [owner, token] = [args.owner as string, args.token as string];
    const amount = name === "Deposited" ? (args.credited as bigint) : -(args.amount as bigint);
    this.#add(owner, token, amount);
    if (name === "Deposited" && (args.caller as string).toLowerCase() !== owner.toLowerCase()) return;
    const before = this.#seen.outOfWallets.get(owner.toLowerCase()) ?? 0;
    this.#seen.outOfWallets.set(owner.toLowerCase(), before + worthOf(ledger, feeds, token, amount));
  }

  /** What a buyer paid is what the vault puts in as its own in the same transaction. */
  #seeSale({ args, address }: WorldEvent, ledger: ClearingLedger): void {
    const { token, terms } = ledger.markets.get((args.seriesId as bigint) >> MARKET_SHIFT)!;
    const spare = ledger.tokenDecimals.get(token)! - BigInt(terms.unitDecimals);
    const premium = (args.premium as bigint) / 10n ** spare;
    this.#add(args.buyer as string, token, premium);
    this.#add(address, token, -premium);
  }

  #add(account: string, token: string, amount: bigint): void {
    const key = keyOf(account.toLowerCase(), token.toLowerCase());
    this.#seen.deposits.set(key, (this.#seen.deposits.get(key) ?? 0n) + amount);
  }

  #of(account: string, token: string): bigint {
    return this.#seen.deposits.get(keyOf(account, token)) ?? 0n;
  }

  #worthOfDeposits(account: string, ledger: ClearingLedger, feeds: readonly FeedSight[]): number {
    return [...ledger.tokenDecimals.keys()].reduce(
      (sum, token) => sum + worthOf(ledger, feeds, token, this.#of(account, token)),
      0,
    );
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
    const deposits = this.#worthOfDeposits(owner, ledger, feeds);
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

/** What the Clearinghouse owes to nobody's balance or book yet: insurance, fees, tips, payouts that wait; ledger units. */
function heldByHouse(ledger: ClearingLedger, token: string): bigint {
  let sum = owedIn(ledger, token);
  for (const [key, amount] of ledger.freeBalances) if (key.endsWith(token)) sum -= amount;
  for (const [id, { cash }] of ledger.books) if (ledger.markets.get(bookParts(id).market)?.token === token) sum -= cash;
  return sum;
}

/** Longs outside books at what they would pay. */
function longsOf(owner: string, ledger: ClearingLedger, feeds: readonly FeedSight[]): number {
  let sum = 0;
  for (const series of ledger.openInterest.keys()) {
    const size = ledger.longs.get(keyOf(owner, series)) ?? 0n;
    if (size === 0n) continue;
    const number = series >> MARKET_SHIFT;
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
