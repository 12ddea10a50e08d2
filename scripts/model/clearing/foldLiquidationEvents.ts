// SPDX-License-Identifier: MIT
import type { ClearingEventArgs } from "./clearingEvents.ts";
import { add, bookOf, bookParts, credit, hasShorts, marketOf, moveLeg, potOf } from "./clearingLedger.ts";
import type { EventHandler } from "./clearingLedger.ts";
import type { BookRecord, ClearingLedger } from "./clearingLedger.ts";

type LiquidationEvent =
  | "BookFlagged"
  | "BookRemarked"
  | "BookUnflagged"
  | "FlagShared"
  | "BidFilled"
  | "BookAbsorbed"
  | "TrancheLocked"
  | "TrancheReleased"
  | "TrancheDrawn"
  | "InsuranceSetAside";

/** How events of liquidation, insurance and backstop move a ledger. */
export const LIQUIDATION_HANDLERS: { readonly [Name in LiquidationEvent]: EventHandler<Name> } = {
  BookFlagged: (ledger, { flagger, id, shortage }) => {
    const book = bookOf(ledger, id);
    const { market } = bookParts(id);
    book.status = "flagged";
    if (book.tips === 2n) {
      book.tips = 1n;
      credit(ledger, market, flagger, marketOf(ledger, market).parameters.tip);
    }
    add(ledger.flags, id, 1n);
    ledger.auctions.set(id, { flagger, shortage: 0n });
    setShortage(ledger, id, shortage);
  },
  BookRemarked: (ledger, { id, shortage }) => setShortage(ledger, id, shortage),
  BookUnflagged: (ledger, { id }) => end(ledger, id),
  /** After the split itself: what is set aside is shared, not changed. */
  FlagShared: (ledger, { id, newId, shortage }) => {
    const auction = ledger.auctions.get(id)!;
    const rest = bookOf(ledger, id);
    bookOf(ledger, newId).status = "flagged";
    ledger.auctions.set(newId, { flagger: auction.flagger, shortage });
    auction.shortage -= shortage;
    if (rest.legs.length > 0) return;
    rest.status = "healthy";
    ledger.auctions.delete(id);
  },
  BidFilled: fillBid,
  BookAbsorbed: absorb,

  TrancheLocked: (ledger, { provider, market, amount, total, replaced, returned }) => {
    credit(ledger, market, provider, -amount);
    credit(ledger, market, replaced, returned);
    Object.assign(marketOf(ledger, market).tranche, { provider: provider.toLowerCase(), amount: total });
  },
  TrancheReleased: (ledger, { provider, market, amount, total }) => {
    credit(ledger, market, provider, amount);
    marketOf(ledger, market).tranche.amount = total;
  },
  TrancheDrawn: (ledger, { market, expiry, amount }) => {
    const { tranche } = marketOf(ledger, market);
    const pot = potOf(ledger, market, expiry);
    tranche.amount -= amount;
    tranche.reserved -= amount;
    pot.tranche -= amount;
    pot.collected += amount;
  },
  /** What flagged books had one by one is part of the expiry's share from now on. */
  InsuranceSetAside: (ledger, { market: number, expiry, reserved, tranche }) => {
    const market = marketOf(ledger, number);
    const pot = potOf(ledger, number, expiry);
    market.reserved += reserved - pot.flagged;
    market.tranche.reserved += tranche;
    Object.assign(pot, { reserved, tranche, flagged: 0n, isSetAside: true });
  },
};

function setShortage(ledger: ClearingLedger, id: bigint, shortage: bigint): void {
  const auction = ledger.auctions.get(id)!;
  const { market, expiry } = bookParts(id);
  const pot = potOf(ledger, market, expiry);
  if (!pot.isSetAside) {
    marketOf(ledger, market).reserved += shortage - auction.shortage;
    pot.flagged += shortage - auction.shortage;
  }
  auction.shortage = shortage;
}

function end(ledger: ClearingLedger, id: bigint): void {
  const book = bookOf(ledger, id);
  setShortage(ledger, id, 0n);
  ledger.auctions.delete(id);
  book.status = "healthy";
  if (hasShorts(book)) return;
  book.cash += book.tips * marketOf(ledger, bookParts(id).market).parameters.tip;
  book.tips = 0n;
}

/** Insurance's part and the flagger's; penalties go in, what the bidder got beyond the book's cash goes out. */
function settle(
  ledger: ClearingLedger,
  {
    id,
    drawn,
    toInsurance,
    toFlagger,
  }: Pick<ClearingEventArgs["BidFilled"], "id" | "drawn" | "toInsurance" | "toFlagger">,
): void {
  const { market: number, expiry } = bookParts(id);
  const market = marketOf(ledger, number);
  market.insurance += toInsurance - drawn;
  market.reserved -= drawn;
  potOf(ledger, number, expiry).drawn += drawn;
  credit(ledger, number, ledger.auctions.get(id)!.flagger, toFlagger);
}

function fillBid(ledger: ClearingLedger, args: ClearingEventArgs["BidFilled"]): void {
  const { id, into, legs, cash, bidderCash, isOver } = args;
  for (const leg of legs) {
    moveLeg(ledger, id, { ...leg, size: -leg.size });
    moveLeg(ledger, into, leg);
  }
  settle(ledger, args);
  if (isOver) end(ledger, id);
  bookOf(ledger, id).cash = cash;
  receive(bookOf(ledger, into), bidderCash);
}

function absorb(ledger: ClearingLedger, args: ClearingEventArgs["BookAbsorbed"]): void {
  const { id, into, topUp, cash, newCash } = args;
  const { owner, market } = bookParts(id);
  for (const leg of bookOf(ledger, id).legs.map((held) => ({ ...held }))) {
    moveLeg(ledger, id, { ...leg, size: -leg.size });
    moveLeg(ledger, into, leg);
  }
  settle(ledger, args);
  end(ledger, id);
  bookOf(ledger, id).cash = cash;
  receive(bookOf(ledger, into), newCash);
  marketOf(ledger, market).tranche.amount -= topUp;
  add(ledger.splits, owner, 1n);
}

/** Whoever takes shorts over sets two tips aside. */
function receive(book: BookRecord, cash: bigint): void {
  book.cash = cash;
  book.tips = hasShorts(book) ? 2n : 0n;
}
