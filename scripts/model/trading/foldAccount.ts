// SPDX-License-Identifier: MIT
/** What happened to an account, as far as its profit goes. Amounts in ledger units. */
export type AccountEvent =
  /** Cash went into one of its books, or came out of it. */
  | { readonly kind: "funded" | "defunded"; readonly book: bigint; readonly amount: bigint }
  /** A quote was filled; what the account paid for options, negative when it was paid, and its mint fee. */
  | { readonly kind: "filled"; readonly book: bigint; readonly premium: bigint; readonly fee: bigint }
  | { readonly kind: "minted"; readonly book: bigint; readonly fee: bigint; readonly isOwn: boolean }
  | { readonly kind: "redeemed"; readonly market: bigint; readonly expiry: bigint; readonly paid: bigint }
  /** A book came from, or went to, another one: liquidation, split, or hand-over. */
  | { readonly kind: "moved"; readonly book: bigint }
  /** Longs came from, or went to, somebody else. */
  | { readonly kind: "transferred"; readonly market: bigint; readonly expiry: bigint };

/** An account in one market and expiry. */
export interface AccountGroup {
  readonly market: bigint;
  readonly expiry: bigint;
  /** Its books, by id. */
  readonly books: readonly bigint[];
  /** Put into books, and taken out of books or redeemed. */
  readonly paidIn: bigint;
  readonly paidOut: bigint;
  /** Paid for options, negative when paid more; and mint fees. */
  readonly premium: bigint;
  readonly fees: bigint;
  /** Options or cash came from or went to others without a price: the profit counts them at nothing. */
  readonly isPartial: boolean;
}

const FIELD = (1n << 32n) - 1n;
type Draft = { -readonly [Key in keyof AccountGroup]: AccountGroup[Key] };

/** What an account did, by market and expiry, oldest expiry first. */
export function foldAccount(events: readonly AccountEvent[]): AccountGroup[] {
  const groups = new Map<string, Draft>();
  for (const event of events) {
    const [market, expiry] = placeOf(event);
    const key = `${market} ${expiry}`;
    const zero = { paidIn: 0n, paidOut: 0n, premium: 0n, fees: 0n };
    const group = groups.get(key) ?? { market, expiry, books: [], ...zero, isPartial: false };
    groups.set(key, group);
    if ("book" in event && !group.books.includes(event.book)) group.books = [...group.books, event.book];
    step(group, event);
  }
  return [...groups.values()].toSorted((a, b) => Number(a.expiry - b.expiry) || Number(a.market - b.market));
}

function step(group: Draft, event: AccountEvent): void {
  switch (event.kind) {
    case "funded":
      group.paidIn += event.amount;
      break;
    case "defunded":
      group.paidOut += event.amount;
      break;
    case "filled":
      group.premium += event.premium;
      group.fees += event.fee;
      break;
    case "minted":
      group.fees += event.fee;
      group.isPartial ||= !event.isOwn;
      break;
    case "redeemed":
      group.paidOut += event.paid;
      break;
    case "moved":
    case "transferred":
      group.isPartial = true;
  }
}

function placeOf(event: AccountEvent): [market: bigint, expiry: bigint] {
  if ("book" in event) return [(event.book >> 64n) & FIELD, (event.book >> 32n) & FIELD];
  return [event.market, event.expiry];
}
