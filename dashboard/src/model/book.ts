// SPDX-License-Identifier: MIT
const FIELD = (1n << 32n) - 1n;

/** Where a liquidation stands. */
export const AUCTION_PHASES = ["none", "solvent", "insolvent", "absorbable"] as const;

/** Whose book of which market and expiry. */
export interface BookName {
  readonly id: bigint;
  readonly owner: string;
  readonly market: bigint;
  readonly expiry: bigint;
  readonly subId: bigint;
}

/** A book's money against what it must hold; ledger units. */
export interface BookHealth extends BookName {
  readonly state: "healthy" | "flagged" | "settled";
  readonly isExpired: boolean;
  readonly hasPrice: boolean;
  readonly cash: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
  readonly maximumLoss: bigint;
  readonly isLiquidatable: boolean;
  readonly auction: Auction | undefined;
}

/** A liquidation that runs; ledger units, bid seconds. */
export interface Auction {
  readonly phase: (typeof AUCTION_PHASES)[number];
  readonly elapsed: bigint;
  /** What a bidder gets for the whole book now; it rises. */
  readonly payment: bigint;
  readonly penalty: bigint;
  /** Where the payment starts. */
  readonly half: bigint;
  /** What the legs are worth to whoever takes them over. */
  readonly full: bigint;
  /** Cash that ends the liquidation. */
  readonly target: bigint;
  /** 1e18 is all. */
  readonly largestShare: bigint;
  readonly shortage: bigint;
}

/** Reads the name out of a book's id, as `BookId.sol` packs it. */
export function bookName(id: bigint): BookName {
  return {
    id,
    owner: `0x${(id >> 96n).toString(16).padStart(40, "0")}`,
    market: (id >> 64n) & FIELD,
    expiry: (id >> 32n) & FIELD,
    subId: id & FIELD,
  };
}

/** How a book stands, and what would mend it. */
export interface BookVerdict {
  readonly kind: "settled" | "safe" | "sound" | "tight" | "short" | "auction";
  readonly text: string;
  /** Cash that would end the trouble, ledger units; 0 where there is none. */
  readonly missing: bigint;
}

/** Judges a book: what is funded to its maximum loss is safe whatever any feed says. */
export function judgeBook(book: BookHealth): BookVerdict {
  const { cash, initial, maintenance, maximumLoss } = book;
  const upTo = (level: bigint): bigint => (level > cash ? level - cash : 0n);
  if (book.state === "settled") return { kind: "settled", text: "settled; its cash is free", missing: 0n };
  if (book.isExpired) return { kind: "settled", text: "frozen until its expiry is settled", missing: 0n };
  if (book.state === "flagged")
    return {
      kind: "auction",
      text: "flagged: funding it to the target, or to its maximum loss, ends the auction",
      missing: upTo(book.auction?.target ?? maximumLoss),
    };
  if (cash >= maximumLoss)
    return { kind: "safe", text: "holds its maximum loss: nobody can liquidate it", missing: 0n };
  if (!book.hasPrice) return { kind: "sound", text: "no price: nobody can liquidate it now", missing: 0n };
  if (cash < maintenance)
    return { kind: "short", text: "below maintenance: anyone may flag it", missing: maintenance - cash };
  if (cash < initial)
    return {
      kind: "tight",
      text: "above maintenance, below initial margin: opens nothing more",
      missing: upTo(initial),
    };
  return { kind: "sound", text: "above initial margin", missing: 0n };
}
