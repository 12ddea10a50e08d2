// SPDX-License-Identifier: MIT
import type { CollateralKind } from "./types.ts";

/** What of a market's parameters its events are read with; ledger units and tenths of basis points. */
export interface MarketTerms {
  readonly capBps: bigint;
  readonly strikeStep: bigint;
  readonly tip: bigint;
}

interface LegAmount {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly size: bigint;
}

interface QuoteLeg {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly ratio: bigint;
}

/** Arguments of the Clearinghouse's events, as far as they change what anybody has; addresses in lower case. */
export interface ClearingEventArgs {
  readonly TokenListed: { token: string; index: bigint; decimals: bigint };
  readonly ParametersEnabled: { parameterSet: bigint; parameters: MarketTerms };
  readonly MarketCreated: {
    market: bigint;
    marketHash: string;
    params: { collateral: string; kind: CollateralKind; feed: bigint; parameterSet: bigint };
  };
  readonly MarketSunset: { market: bigint };
  readonly Deposited: { owner: string; token: string; credited: bigint };
  readonly Withdrawn: { owner: string; token: string; amount: bigint };
  readonly Funded: { caller: string; id: bigint; amount: bigint; cash: bigint };
  readonly Defunded: { id: bigint; amount: bigint; to: string; cash: bigint };
  readonly InsuranceFunded: { caller: string; market: bigint; amount: bigint; insurance: bigint };
  readonly InsuranceWithdrawn: { market: bigint; amount: bigint; to: string; insurance: bigint };
  readonly FeesMoved: { market: bigint; amount: bigint };
  readonly ManagerSet: { owner: string; manager: string; rights: bigint };
  /** ERC-6909: longs outside books. */
  readonly Transfer: { sender: string; receiver: string; id: bigint; amount: bigint };
  readonly Minted: { id: bigint; legs: readonly LegAmount[]; fee: bigint; cash: bigint };
  readonly Burned: { id: bigint; legs: readonly LegAmount[]; cash: bigint };
  readonly LongDeposited: { id: bigint; seriesId: bigint; amount: bigint; cash: bigint };
  readonly LongWithdrawn: { id: bigint; seriesId: bigint; amount: bigint };
  readonly BookSplit: { id: bigint; newId: bigint; legs: readonly bigint[]; cash: bigint; newCash: bigint };
  readonly FlagShared: { id: bigint; newId: bigint; shortage: bigint };
  readonly BookTransferred: { id: bigint; newId: bigint; cash: bigint };
  readonly QuoteFilled: {
    makerBook: bigint;
    takerBook: bigint;
    legs: readonly QuoteLeg[];
    nonce: bigint;
    amount: bigint;
    premium: bigint;
    makerFee: bigint;
    takerFee: bigint;
  };
  readonly QuotesCancelled: { maker: string; nonces: readonly bigint[] };
  readonly QuotesCancelledBefore: { maker: string; newFirst: bigint };
  readonly BookFlagged: { flagger: string; id: bigint; shortage: bigint };
  readonly BookRemarked: { id: bigint; shortage: bigint };
  readonly BookUnflagged: { id: bigint };
  readonly BidFilled: {
    id: bigint;
    into: bigint;
    legs: readonly LegAmount[];
    drawn: bigint;
    toInsurance: bigint;
    toFlagger: bigint;
    cash: bigint;
    bidderCash: bigint;
    isOver: boolean;
  };
  readonly BookAbsorbed: {
    id: bigint;
    into: bigint;
    drawn: bigint;
    toInsurance: bigint;
    toFlagger: bigint;
    topUp: bigint;
    cash: bigint;
    newCash: bigint;
  };
  readonly TrancheLocked: {
    provider: string;
    market: bigint;
    amount: bigint;
    total: bigint;
    replaced: string;
    returned: bigint;
  };
  readonly TrancheReleased: { provider: string; market: bigint; amount: bigint; total: bigint };
  readonly TrancheDrawn: { market: bigint; expiry: bigint; amount: bigint };
  readonly InsuranceSetAside: { market: bigint; expiry: bigint; reserved: bigint; tranche: bigint };
  readonly ExpirySettled: {
    caller: string;
    market: bigint;
    expiry: bigint;
    price: bigint;
    rung: bigint;
    claims: bigint;
    tip: bigint;
  };
  readonly BookSettled: {
    caller: string;
    id: bigint;
    paid: bigint;
    drawn: bigint;
    cash: bigint;
  };
  readonly ExpiryFinal: { market: bigint; expiry: bigint };
  readonly Redeemed: { owner: string; market: bigint; expiry: bigint; paid: bigint; par: bigint; paidTotal: bigint };
  readonly SettlementPriceChallenged: { challenger: string; market: bigint; expiry: bigint; bond: bigint };
  readonly ChallengeClosed: { market: bigint; expiry: bigint; to: string; bond: bigint };
}

export type ClearingEventName = keyof ClearingEventArgs;

/** One event, with its arguments by name. */
export type ClearingEvent = {
  readonly [Name in ClearingEventName]: { readonly name: Name; readonly args: ClearingEventArgs[Name] };
}[ClearingEventName];

export const CLEARING_EVENT_NAMES: ReadonlySet<string> = new Set<ClearingEventName>([
  "TokenListed",
  "ParametersEnabled",
  "MarketCreated",
  "MarketSunset",
  "Deposited",
  "Withdrawn",
  "Funded",
  "Defunded",
  "InsuranceFunded",
  "InsuranceWithdrawn",
  "FeesMoved",
  "ManagerSet",
  "Transfer",
  "Minted",
  "Burned",
  "LongDeposited",
  "LongWithdrawn",
  "BookSplit",
  "FlagShared",
  "BookTransferred",
  "QuoteFilled",
  "QuotesCancelled",
  "QuotesCancelledBefore",
  "BookFlagged",
  "BookRemarked",
  "BookUnflagged",
  "BidFilled",
  "BookAbsorbed",
  "TrancheLocked",
  "TrancheReleased",
  "TrancheDrawn",
  "InsuranceSetAside",
  "ExpirySettled",
  "BookSettled",
  "ExpiryFinal",
  "Redeemed",
  "SettlementPriceChallenged",
  "ChallengeClosed",
]);
