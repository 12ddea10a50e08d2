// SPDX-License-Identifier: MIT
import { encodeCall } from "../../chain/abiText.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { bookParts, keyOf, potKey, seriesId, seriesLeg } from "../../model/clearing/clearingLedger.ts";
import type { BookRecord, ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { maximumLossUp } from "../../model/clearing/margin.ts";

/** A call of the Clearinghouse that the laws promise to somebody now. */
export interface Exit {
  readonly owner: string;
  /** In words. */
  readonly what: string;
  readonly data: string;
}

/** Leaving a vault in kind with all shares there are: they are promised their part of cash and options in any mode, at any time. */
export interface VaultExit {
  readonly owner: string;
  readonly vault: string;
}

/** When it is asked, and what everybody has. */
export interface Moment {
  /** Of a block. */
  readonly number: number;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly ledger: ClearingLedger;
  readonly vaults: readonly string[];
}

type Pick = (moment: Moment, turn: number) => Exit | VaultExit | undefined;

/** Right of a manager to put books into those of an owner. */
const RIGHT_RECEIVE = 4n;
/** Books, or longs, that are looked at in a block. */
const LOOKED_AT = 8;
const KINDS: readonly Pick[] = [freeCash, spareCash, closing, funding, settling, redeeming, leaving];

/** One exit in a block, kind after kind and of each kind one person after the other; undefined where nobody has any. Pure. */
export function exitOf(moment: Moment): Exit | VaultExit | undefined {
  const { number } = moment;
  const turn = Math.floor(number / KINDS.length);
  for (let step = 0; step < KINDS.length; step++) {
    const exit = KINDS[(number + step) % KINDS.length]!(moment, turn);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

/** Taking a free balance home. */
function freeCash({ ledger }: Moment, turn: number): Exit | undefined {
  const held = balancesOf(ledger);
  const found = held[turn % Math.max(1, held.length)];
  if (found === undefined) return undefined;
  const { owner, token, amount } = found;
  const data = encodeCall(clearingInterface, "withdraw", [token, amount, owner]);
  return { owner, what: `withdraw ${amount} of ${token}`, data };
}

/** Taking what a book has beyond its maximum loss, before its expiry and after. */
function spareCash({ ledger }: Moment, turn: number): Exit | undefined {
  return ofBooks(ledger, turn, (id, { cash, status, legs }) => {
    if (status === "flagged" || cash === 0n) return undefined;
    const { owner, market } = bookParts(id);
    const amount = cash - maximumLossUp(legs, ledger.markets.get(market)!.terms);
    if (amount <= 0n) return undefined;
    const data = encodeCall(clearingInterface, "defund", [id, amount, owner]);
    return { owner, what: `defund ${amount} of book ${id}`, data };
  });
}

/** Closing a short against longs of the same series that its owner holds. */
function closing({ ledger, timestamp }: Moment, turn: number): Exit | undefined {
  return ofBooks(ledger, turn, (id, { legs }) => {
    const { owner, market, expiry } = bookParts(id);
    if (expiry <= BigInt(timestamp)) return undefined;
    const leg = legs.find(
      (one) => one.size < 0n && (ledger.longs.get(keyOf(owner, seriesId(market, expiry, one))) ?? 0n) >= -one.size,
    );
    if (leg === undefined) return undefined;
    const closed = { strike: leg.strike, isCall: leg.isCall, size: -leg.size };
    const data = encodeCall(clearingInterface, "burn", [id, [closed]]);
    return { owner, what: `close ${closed.size} of strike ${closed.strike} in book ${id}`, data };
  });
}

/** Putting free balance into a book of one's own, whatever state it is in. */
function funding({ ledger }: Moment, turn: number): Exit | undefined {
  const held = balancesOf(ledger);
  return ofBooks(ledger, turn, (id) => {
    const { owner, market } = bookParts(id);
    const { token } = ledger.markets.get(market)!;
    const own = held.find((balance) => balance.owner === owner && balance.token === token);
    if (own === undefined) return undefined;
    const data = encodeCall(clearingInterface, "fund", [id, own.amount]);
    return { owner, what: `fund book ${id} with ${own.amount}`, data };
  });
}

/** Settling a book whose expiry has its price. */
function settling({ ledger }: Moment, turn: number): Exit | undefined {
  if (ledger.pots.size === 0) return undefined;
  return ofBooks(ledger, turn, (id, { legs, status }) => {
    const { owner, market, expiry } = bookParts(id);
    if (status === "settled" || legs.length === 0 || !isPriced(ledger, market, expiry)) return undefined;
    const data = encodeCall(clearingInterface, "settleBooks", [[id]]);
    return { owner, what: `settle book ${id}`, data };
  });
}

/** Turning longs of a priced expiry into money. */
function redeeming({ ledger }: Moment, turn: number): Exit | undefined {
  if (ledger.pots.size === 0) return undefined;
  return firstOf([...ledger.longs], turn, ([key, amount]) => {
    const [owner, series] = key.split(":") as [string, string];
    const id = BigInt(series);
    if (amount === 0n || !isPriced(ledger, id >> 73n, (id >> 41n) & 0xffff_ffffn)) return undefined;
    const { strike, isCall } = seriesLeg(id, amount);
    const data = encodeCall(clearingInterface, "redeem", [id, amount]);
    return { owner, what: `redeem ${amount} ${isCall ? "calls" : "puts"} of strike ${strike}`, data };
  });
}

/** Leaving in kind, for who lets the vault put options into a book of his; whether he has shares left is not in the ledger. */
function leaving({ ledger, vaults }: Moment, turn: number): VaultExit | undefined {
  const wills = [...ledger.managerRights].flatMap(([key, rights]) => {
    const [owner, manager] = key.split(":") as [string, string];
    const vault = vaults.find((one) => one.toLowerCase() === manager);
    return vault === undefined || (rights & RIGHT_RECEIVE) === 0n ? [] : [{ owner, vault }];
  });
  return wills[turn % Math.max(1, wills.length)];
}

function isPriced({ pots }: ClearingLedger, market: bigint, expiry: bigint): boolean {
  return (pots.get(potKey(market, expiry))?.price ?? 0n) !== 0n;
}

/** Of people: the reward pot takes what it has by a way of its own. */
function balancesOf({ freeBalances, rewardPot }: ClearingLedger): { owner: string; token: string; amount: bigint }[] {
  return [...freeBalances].flatMap(([key, amount]) => {
    const [owner, token] = key.split(":") as [string, string];
    return amount > 0n && owner !== rewardPot ? [{ owner, token, amount }] : [];
  });
}

function ofBooks(
  { books }: ClearingLedger,
  turn: number,
  exitFrom: (id: bigint, book: BookRecord) => Exit | undefined,
): Exit | undefined {
  return firstOf([...books], turn, ([id, book]) => exitFrom(id, book));
}

/** The first exit among a few of them, others in each turn. */
function firstOf<Item>(
  items: readonly Item[],
  turn: number,
  exitFrom: (item: Item) => Exit | undefined,
): Exit | undefined {
  for (let step = 0; step < Math.min(LOOKED_AT, items.length); step++) {
    const exit = exitFrom(items[(LOOKED_AT * turn + step) % items.length]!);
    if (exit !== undefined) return exit;
  }
  return undefined;
}
