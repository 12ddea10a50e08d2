// SPDX-License-Identifier: MIT
import { BallastError } from "../BallastError.ts";
import type { ClearingEvent, ClearingEventArgs, ClearingEventName } from "./clearingEvents.ts";
import type { EventHandler } from "./clearingLedger.ts";
import {
  add,
  bookOf,
  bookParts,
  changeLeg,
  credit,
  type BookRecord,
  type ClearingLedger,
  hasShorts,
  keyOf,
  type MarketRecord,
  marketOf,
  moveLeg,
  type PotRecord,
  potOf,
  receiptKey,
  seriesLeg,
  unpackLeg,
} from "./clearingLedger.ts";
import { LIQUIDATION_HANDLERS } from "./foldLiquidationEvents.ts";
import { ceilDiv, numerators, smaller, toUnitsUp, unitDecimals } from "./payoff.ts";

const CANCELLED = (1n << 64n) - 1n;
const NOBODY = `0x${"0".repeat(40)}`;

type Handlers = {
  readonly [Name in ClearingEventName]: EventHandler<Name>;
};

/** Carries events of the Clearinghouse, in their order, into a ledger that starts empty. Nothing else is asked. */
export function foldClearingEvents(ledger: ClearingLedger, events: Iterable<ClearingEvent>): ClearingLedger {
  for (const event of events) apply(ledger, event.name, event.args);
  return ledger;
}

function apply<Name extends ClearingEventName>(
  ledger: ClearingLedger,
  name: Name,
  args: ClearingEventArgs[Name],
): void {
  HANDLERS[name](ledger, args);
}

const HANDLERS: Handlers = {
  TokenListed: (ledger, { token, decimals }) => ledger.tokenDecimals.set(token.toLowerCase(), decimals),
  ParametersEnabled: (ledger, { parameterSet, parameters }) => ledger.parameterSets.set(parameterSet, parameters),
  MarketCreated: createMarket,
  MarketSunset: (ledger, { market }) => {
    marketOf(ledger, market).isSunset = true;
  },

  Deposited: (ledger, { owner, token, credited }) => add(ledger.freeBalances, keyOf(owner, token), credited),
  Withdrawn: (ledger, { owner, token, amount }) => add(ledger.freeBalances, keyOf(owner, token), -amount),
  Funded: (ledger, { caller, id, amount, cash }) => {
    credit(ledger, bookParts(id).market, caller, -amount);
    bookOf(ledger, id).cash = cash;
  },
  Defunded: (ledger, { id, amount, to, cash }) => {
    credit(ledger, bookParts(id).market, to, amount);
    bookOf(ledger, id).cash = cash;
  },
  InsuranceFunded: (ledger, { caller, market, amount, insurance }) => {
    credit(ledger, market, caller, -amount);
    marketOf(ledger, market).insurance = insurance;
  },
  InsuranceWithdrawn: (ledger, { market, amount, to, insurance }) => {
    marketOf(ledger, market).insurance = insurance;
    credit(ledger, market, to, amount);
  },
  FeesMoved: (ledger, { market, amount }) => {
    marketOf(ledger, market).feesOwed -= amount;
    credit(ledger, market, ledger.rewardPot, amount);
  },

  ManagerSet: (ledger, { owner, manager, rights }) => ledger.managerRights.set(keyOf(owner, manager), rights),
  Transfer: (ledger, { sender, receiver, id, amount }) => {
    if (sender !== NOBODY) add(ledger.longs, keyOf(sender, id), -amount);
    if (receiver !== NOBODY) add(ledger.longs, keyOf(receiver, id), amount);
  },

  Minted: (ledger, { id, legs, fee, cash }) => {
    const written = legs.map((leg) => moveLeg(ledger, id, { ...leg, size: -leg.size }));
    charge(ledger, id, fee, written);
    bookOf(ledger, id).cash = cash;
  },
  Burned: (ledger, { id, legs, cash }) => {
    const written = legs.map((leg) => moveLeg(ledger, id, leg));
    charge(ledger, id, 0n, written);
    bookOf(ledger, id).cash = cash;
  },
  LongDeposited: (ledger, { id, seriesId: series, amount, cash }) => {
    charge(ledger, id, 0n, [moveLeg(ledger, id, seriesLeg(series, amount))]);
    bookOf(ledger, id).cash = cash;
  },
  LongWithdrawn: (ledger, { id, seriesId: series, amount }) => {
    moveLeg(ledger, id, seriesLeg(series, -amount));
  },
  BookSplit: splitBook,
  BookTransferred: (ledger, { id, newId, cash }) => {
    const source = bookOf(ledger, id);
    Object.assign(bookOf(ledger, newId), { cash, tips: source.tips, legs: source.legs });
    Object.assign(source, { cash: 0n, tips: 0n, legs: [] });
  },

  QuoteFilled: fillQuote,
  QuotesCancelled: (ledger, { maker, nonces }) => {
    for (const nonce of nonces) ledger.filled.set(keyOf(maker, nonce), CANCELLED);
  },
  QuotesCancelledBefore: (ledger, { maker, newFirst }) => ledger.firstNonce.set(maker.toLowerCase(), newFirst),

  ...LIQUIDATION_HANDLERS,

  ExpirySettled: (ledger, { caller, market, expiry, price, rung, claims, tip }) => {
    const pot = potOf(ledger, market, expiry);
    Object.assign(pot, { price, rung, claims });
    if (claims === 0n) release(marketOf(ledger, market), pot);
    marketOf(ledger, market).feesOwed -= tip;
    credit(ledger, market, caller, tip);
  },
  BookSettled: settleBook,
  ExpiryFinal: (ledger, { market, expiry }) => release(marketOf(ledger, market), potOf(ledger, market, expiry)),
  Redeemed: (ledger, { owner, market, expiry, paid, par, paidTotal }) => {
    const pot = potOf(ledger, market, expiry);
    credit(ledger, market, owner, paid);
    pot.paidOut += paid;
    const key = receiptKey(owner, market, expiry);
    // Of a full pot nothing is due any more, so the Clearinghouse keeps no receipt.
    if (isFull(marketOf(ledger, market), pot)) ledger.receipts.delete(key);
    else ledger.receipts.set(key, { par, paid: paidTotal });
  },
  SettlementPriceChallenged: (ledger, { challenger, market, expiry, bond }) => {
    credit(ledger, market, challenger, -bond);
    potOf(ledger, market, expiry).bond = bond;
  },
  ChallengeClosed: (ledger, { market, expiry, to, bond }) => {
    credit(ledger, market, to, bond);
    potOf(ledger, market, expiry).bond = 0n;
  },
};

function createMarket(ledger: ClearingLedger, args: ClearingEventArgs["MarketCreated"]): void {
  const { market, marketHash, params } = args;
  const token = params.collateral.toLowerCase();
  const parameters = ledger.parameterSets.get(params.parameterSet);
  const decimals = ledger.tokenDecimals.get(token);
  if (parameters === undefined || decimals === undefined) {
    throw new BallastError("INCOMPLETE_EVENTS", "a market was created of unknown parts", { context: { market } });
  }
  ledger.markets.set(market, {
    token,
    kind: params.kind,
    feed: params.feed,
    marketHash,
    terms: { kind: params.kind, unitDecimals: unitDecimals(Number(decimals)), capBps: parameters.capBps },
    parameters,
    insurance: 0n,
    reserved: 0n,
    feesOwed: 0n,
    isSunset: false,
    tranche: { provider: NOBODY, amount: 0n, reserved: 0n },
  });
}

function fillQuote(ledger: ClearingLedger, args: ClearingEventArgs["QuoteFilled"]): void {
  const { makerBook, takerBook, legs, nonce, amount, premium, makerFee, takerFee } = args;
  bookOf(ledger, makerBook).cash += premium;
  bookOf(ledger, takerBook).cash -= premium;
  const sides = [
    { id: makerBook, sign: amount, fee: makerFee },
    { id: takerBook, sign: -amount, fee: takerFee },
  ];
  for (const { id, sign, fee } of sides) {
    const written = legs.map(({ strike, isCall, ratio }) =>
      moveLeg(ledger, id, { strike, isCall, size: ratio * sign }),
    );
    charge(ledger, id, fee, written);
  }
  add(ledger.filled, keyOf(bookParts(makerBook).owner, nonce), amount);
}

/** What leaves is told leg by leg; tips stay unless the last short left. */
function splitBook(ledger: ClearingLedger, args: ClearingEventArgs["BookSplit"]): void {
  const [source, target] = [bookOf(ledger, args.id), bookOf(ledger, args.newId)];
  for (const leg of args.legs.map(unpackLeg)) {
    changeLeg(source, { ...leg, size: -leg.size });
    changeLeg(target, leg);
  }
  if (source.tips !== 0n && !hasShorts(source)) {
    if (hasShorts(target)) target.tips = source.tips;
    source.tips = 0n;
  }
  [source.cash, target.cash] = [args.cash, args.newCash];
  add(ledger.splits, bookParts(args.id).owner, 1n);
}

/** Longs are netted at par against the book's own shorts; the settling tip is the caller's unless the book is his. */
function settleBook(ledger: ClearingLedger, args: ClearingEventArgs["BookSettled"]): void {
  const { owner, market: number, expiry } = bookParts(args.id);
  const market = marketOf(ledger, number);
  const pot = potOf(ledger, number, expiry);
  const book = bookOf(ledger, args.id);
  const { owed, due } = numerators(book.legs, market.terms, pot.price);
  pot.claims -= smaller(owed, due);
  pot.collected += args.paid + args.drawn;
  pot.drawn += args.drawn;
  market.insurance -= args.drawn;
  market.reserved -= args.drawn;
  if (book.tips !== 0n && args.caller.toLowerCase() !== owner) {
    credit(ledger, number, args.caller, market.parameters.tip);
  }
  Object.assign(book, { cash: args.cash, tips: 0n, status: "settled", legs: [] } satisfies BookRecord);
}

/** Fee and tips after legs changed: 40 % of the fee, rounded up, insures the market; two tips are set aside by whoever
 * writes and come back with the last short. */
function charge(ledger: ClearingLedger, id: bigint, fee: bigint, grown: readonly bigint[]): void {
  const market = marketOf(ledger, bookParts(id).market);
  const { tip } = market.parameters;
  const book = bookOf(ledger, id);
  if (grown.some((more) => more > 0n)) {
    book.cash -= fee + (2n - book.tips) * tip;
    book.tips = 2n;
    const toInsurance = ceilDiv(fee * 2n, 5n);
    market.insurance += toInsurance;
    market.feesOwed += fee - toInsurance;
  }
  if (book.tips !== 0n && !hasShorts(book)) {
    book.cash += book.tips * tip;
    book.tips = 0n;
  }
}

function release(market: MarketRecord, pot: PotRecord): void {
  market.reserved -= pot.reserved - pot.drawn;
  pot.reserved = pot.drawn;
  market.tranche.reserved -= pot.tranche;
  pot.tranche = 0n;
}

/** All claims are covered, to the last fraction. */
function isFull(market: MarketRecord, pot: PotRecord): boolean {
  return pot.collected >= toUnitsUp(pot.claims, market.terms, pot.price);
}
