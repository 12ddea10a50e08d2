// SPDX-License-Identifier: MIT
import { BallastError } from "../BallastError.ts";
import type { ClearingEventArgs, ClearingEventName, MarketTerms } from "./clearingEvents.ts";
import type { CollateralKind, Leg, Terms } from "./types.ts";

export type BookStatus = "healthy" | "flagged" | "settled";

/** A book as the Clearinghouse stores it; legs in its order. */
export interface BookRecord {
  cash: bigint;
  tips: bigint;
  status: BookStatus;
  legs: Leg[];
}

export interface MarketRecord {
  readonly token: string;
  readonly kind: CollateralKind;
  readonly feed: bigint;
  readonly marketHash: string;
  readonly terms: Terms;
  readonly parameters: MarketTerms;
  insurance: bigint;
  reserved: bigint;
  feesOwed: bigint;
  isSunset: boolean;
  /** Its backstop's cash; nobody's before the first. */
  tranche: { provider: string; amount: bigint; reserved: bigint };
}

/** A closed or priced expiry. Claims are payoff numerators, the rest ledger units; price 0 until it is priced. */
export interface PotRecord {
  claims: bigint;
  collected: bigint;
  price: bigint;
  rung: bigint;
  reserved: bigint;
  drawn: bigint;
  /** Insurance and tranche are set aside for it. */
  isSetAside: boolean;
  /** What is left of the tranche set aside for it. */
  tranche: bigint;
  /** Insurance set aside for its flagged books, until it is for the expiry. */
  flagged: bigint;
  /** What receipts were paid of what was collected. */
  paidOut: bigint;
  /** Of the open challenge to a signed price. */
  bond: bigint;
}

export interface ReceiptRecord {
  readonly par: bigint;
  readonly paid: bigint;
}

/** Everything the Clearinghouse owes to anybody, as its events tell it. Keys are made by the functions below. */
export interface ClearingLedger {
  readonly rewardPot: string;
  readonly tokenDecimals: Map<string, bigint>;
  readonly parameterSets: Map<bigint, MarketTerms>;
  readonly markets: Map<bigint, MarketRecord>;
  readonly books: Map<bigint, BookRecord>;
  readonly freeBalances: Map<string, bigint>;
  readonly longs: Map<string, bigint>;
  readonly openInterest: Map<bigint, bigint>;
  readonly pots: Map<string, PotRecord>;
  readonly receipts: Map<string, ReceiptRecord>;
  readonly managerRights: Map<string, bigint>;
  readonly filled: Map<string, bigint>;
  readonly firstNonce: Map<string, bigint>;
  /** Splits of an owner's books so far. */
  readonly splits: Map<string, bigint>;
  /** How often a book was flagged so far. */
  readonly flags: Map<bigint, bigint>;
  /** Flagged books: who flagged them, and insurance set aside. */
  readonly auctions: Map<bigint, { flagger: string; shortage: bigint }>;
}

const MASK_32 = (1n << 32n) - 1n;
const SIZE_BITS = 87n;

/** @param rewardPot Where the Clearinghouse sends fees: fixed at its deployment, in no event. */
export function emptyLedger(rewardPot: string): ClearingLedger {
  return {
    rewardPot: rewardPot.toLowerCase(),
    tokenDecimals: new Map(),
    parameterSets: new Map(),
    markets: new Map(),
    books: new Map(),
    freeBalances: new Map(),
    longs: new Map(),
    openInterest: new Map(),
    pots: new Map(),
    receipts: new Map(),
    managerRights: new Map(),
    filled: new Map(),
    firstNonce: new Map(),
    splits: new Map(),
    flags: new Map(),
    auctions: new Map(),
  };
}

/** Carries one event into a ledger. */
export type EventHandler<Name extends ClearingEventName> = (
  ledger: ClearingLedger,
  args: ClearingEventArgs[Name],
) => void;

/** Key of free balances (owner, token), longs (owner, series), rights (owner, manager), fills (maker, nonce). */
export function keyOf(owner: string, other: string | bigint): string {
  return `${owner.toLowerCase()}:${typeof other === "string" ? other.toLowerCase() : other}`;
}

/** Names the pot of an expiry. */
export function potKey(market: bigint, expiry: bigint): string {
  return `${market}:${expiry}`;
}

/** Names what an owner is due of an expiry; addresses in any case. */
export function receiptKey(owner: string, market: bigint, expiry: bigint): string {
  return `${owner.toLowerCase()}:${market}:${expiry}`;
}

/** owner u160 | market u32 | expiry u32 | sub id u32. */
export function bookParts(id: bigint): { owner: string; market: bigint; expiry: bigint; subId: bigint } {
  const owner = `0x${(id >> 96n).toString(16).padStart(40, "0")}`;
  return { owner, market: (id >> 64n) & MASK_32, expiry: (id >> 32n) & MASK_32, subId: id & MASK_32 };
}

/** market u32 | expiry u32 | strike u40 | call u1. */
export function seriesId(market: bigint, expiry: bigint, leg: Pick<Leg, "strike" | "isCall">): bigint {
  return (market << 73n) | (expiry << 41n) | (leg.strike << 1n) | (leg.isCall ? 1n : 0n);
}

/** The leg that `size` of a series makes; size with 6 decimals, negative for a short. */
export function seriesLeg(id: bigint, size: bigint): Leg {
  return { strike: (id >> 1n) & ((1n << 40n) - 1n), isCall: (id & 1n) === 1n, size };
}

/** A leg as stored: size int87 | call u1 | strike u40, from the low end. */
export function unpackLeg(word: bigint): Leg {
  return {
    strike: word >> (SIZE_BITS + 1n),
    isCall: ((word >> SIZE_BITS) & 1n) === 1n,
    size: BigInt.asIntN(Number(SIZE_BITS), word),
  };
}

/** Whether a book owes anything. */
export function hasShorts(book: BookRecord): boolean {
  return book.legs.some((leg) => leg.size < 0n);
}

/** Adds a leg to a book; an emptied one gives its place to the last. Returns by how much the shorts grew. */
export function changeLeg(book: BookRecord, change: Leg): bigint {
  const i = book.legs.findIndex((leg) => leg.strike === change.strike && leg.isCall === change.isCall);
  const old = i === -1 ? 0n : book.legs[i]!.size;
  const size = old + change.size;
  const short = (value: bigint): bigint => (value < 0n ? -value : 0n);
  if (size !== 0n) {
    if (i === -1) book.legs.push({ ...change });
    else book.legs[i] = { ...change, size };
  } else if (i !== -1) {
    const last = book.legs.pop()!;
    if (i < book.legs.length) book.legs[i] = last;
  }
  return short(size) - short(old);
}

/** The book of an id, an empty one where nothing was written yet. */
export function bookOf(ledger: ClearingLedger, id: bigint): BookRecord {
  return findOrAdd(ledger.books, id, () => ({ cash: 0n, tips: 0n, status: "healthy", legs: [] }));
}

/** The pot of an expiry, an empty one where nothing was written yet. */
export function potOf(ledger: ClearingLedger, market: bigint, expiry: bigint): PotRecord {
  return findOrAdd(ledger.pots, potKey(market, expiry), () => ({
    claims: 0n,
    collected: 0n,
    price: 0n,
    rung: 0n,
    reserved: 0n,
    drawn: 0n,
    isSetAside: false,
    tranche: 0n,
    flagged: 0n,
    paidOut: 0n,
    bond: 0n,
  }));
}

/** A market that an event created. @throws BallastError `UNKNOWN_MARKET`. */
export function marketOf(ledger: ClearingLedger, market: bigint): MarketRecord {
  const found = ledger.markets.get(market);
  if (found !== undefined) return found;
  throw new BallastError("UNKNOWN_MARKET", "an event names a market that no event created", { context: { market } });
}

/** Adds to an amount that starts at nothing. */
export function add<Key>(amounts: Map<Key, bigint>, key: Key, amount: bigint): void {
  amounts.set(key, (amounts.get(key) ?? 0n) + amount);
}

/** Changes a leg and the open interest of its series; returns by how much the shorts grew. */
export function moveLeg(ledger: ClearingLedger, id: bigint, leg: Leg): bigint {
  const { market, expiry } = bookParts(id);
  const grown = changeLeg(bookOf(ledger, id), leg);
  if (grown !== 0n) add(ledger.openInterest, seriesId(market, expiry, leg), grown);
  return grown;
}

/** Adds to a free balance in the collateral of a market. */
export function credit(ledger: ClearingLedger, market: bigint, owner: string, amount: bigint): void {
  add(ledger.freeBalances, keyOf(owner, marketOf(ledger, market).token), amount);
}

function findOrAdd<Key, Value>(records: Map<Key, Value>, key: Key, create: () => Value): Value {
  let found = records.get(key);
  if (found === undefined) {
    found = create();
    records.set(key, found);
  }
  return found;
}
