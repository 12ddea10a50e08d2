// SPDX-License-Identifier: MIT
import { blackScholes } from "../model/clearing/blackScholes.ts";
import { coinCall, quoteCall } from "../model/clearing/cappedOptions.ts";
import type { CollateralKind } from "../model/clearing/types.ts";

/** Numbers of the local markets, in the order of deploy/parameters/local.json. */
export const USD_MARKET = 1n;
export const COIN_MARKET = 2n;

/** Somebody who trades, and what they bring; ledger units of the market's collateral. */
export interface PlannedAccount {
  readonly name: string;
  readonly market: bigint;
  /** Brought along and deposited. */
  readonly funds: bigint;
  /** Of it put into the book before trading. */
  readonly inBook: bigint;
}

/** One leg from the maker's side: negative when the maker sells. */
export interface PlannedLeg {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly ratio: bigint;
}

/** A signed quote and how much of it is taken. */
export interface PlannedQuote {
  readonly maker: string;
  readonly taker: string;
  readonly legs: readonly PlannedLeg[];
  readonly size: bigint;
  readonly amount: bigint;
  /** For the whole size, ledger units; positive is paid to the maker. */
  readonly premium: bigint;
}

/** Options written without a quote: the buyer pays first, the longs are minted to them. */
export interface PlannedMint {
  readonly writer: string;
  readonly buyer: string;
  readonly strike: bigint;
  readonly size: bigint;
  readonly premium: bigint;
}

/** What happens before an expiry. */
export interface TradingPlan {
  readonly accounts: readonly PlannedAccount[];
  readonly quotes: readonly PlannedQuote[];
  /** The one with four legs. */
  readonly condor: PlannedQuote;
  readonly coveredCall: PlannedMint;
}

export const CONDOR_MAKER = "condor maker";
export const CONDOR_TAKER = "condor taker";
/** Whoever calls what anybody may call. */
export const SETTLER = "settler";

const OPTION = 1_000_000n;
const USD = 1_000_000n;
const COIN = 1_000_000_000n;
const STEP = 500_000n;
const PRICE_TO_WAD = 10n ** 10n;
const STRIKE_TO_WAD = 10n ** 14n;
const PRICE_TO_STRIKE = 10_000n;
const VOLATILITY = 8n * 10n ** 17n;
const CAP_BPS = 10_000n;

const ACCOUNTS: readonly PlannedAccount[] = [
  { name: "naked writer", market: USD_MARKET, funds: 20_000n * USD, inBook: 9_000n * USD },
  { name: "put writer", market: USD_MARKET, funds: 40_000n * USD, inBook: 14_000n * USD },
  { name: "call buyer", market: USD_MARKET, funds: 2_000n * USD, inBook: 1_500n * USD },
  { name: "put buyer", market: USD_MARKET, funds: 2_000n * USD, inBook: 1_500n * USD },
  { name: CONDOR_MAKER, market: USD_MARKET, funds: 5_000n * USD, inBook: 1_500n * USD },
  { name: CONDOR_TAKER, market: USD_MARKET, funds: 5_000n * USD, inBook: 1_500n * USD },
  { name: "covered writer", market: COIN_MARKET, funds: 12n * COIN, inBook: 11n * COIN },
  { name: "coin buyer", market: COIN_MARKET, funds: 2n * COIN, inBook: 0n },
];

/**
 * Who trades what at a price (8 decimals) and `tenor` seconds before the expiry, at what Black–Scholes says with 80 %
 * volatility. Strikes lie around the nearest one on the grid. Pure.
 */
export function planTrading(price: bigint, tenor: bigint): TradingPlan {
  const middle = ((price / PRICE_TO_STRIKE + STEP / 2n) / STEP) * STEP;
  const at = (steps: bigint): bigint => middle + steps * STEP;
  const sell = (strike: bigint, isCall: boolean): PlannedLeg => ({ strike, isCall, ratio: -1n });
  const buy = (strike: bigint, isCall: boolean): PlannedLeg => ({ strike, isCall, ratio: 1n });
  const quote = (maker: string, taker: string, legs: PlannedLeg[], size: bigint, amount: bigint): PlannedQuote => {
    const premium = legs.reduce((sum, leg) => sum - leg.ratio * worth(price, tenor, leg, "quote", size), 0n);
    return { maker, taker, legs, size: size * OPTION, amount: amount * OPTION, premium };
  };

  const covered = { strike: at(1n), isCall: true };
  return {
    accounts: ACCOUNTS,
    quotes: [
      quote("naked writer", "call buyer", [sell(at(0n), true)], 10n, 5n),
      quote("put writer", "put buyer", [sell(at(-1n), false)], 8n, 8n),
    ],
    condor: quote(
      CONDOR_MAKER,
      CONDOR_TAKER,
      [buy(at(-4n), false), sell(at(-2n), false), sell(at(2n), true), buy(at(4n), true)],
      10n,
      10n,
    ),
    coveredCall: {
      writer: "covered writer",
      buyer: "coin buyer",
      strike: covered.strike,
      size: 10n * OPTION,
      premium: worth(price, tenor, covered, "coin", 10n),
    },
  };
}

/** Value of `count` options in ledger units, rounded down. */
function worth(
  price: bigint,
  tenor: bigint,
  { strike, isCall }: Omit<PlannedLeg, "ratio">,
  kind: CollateralKind,
  count: bigint,
): bigint {
  const input = { spot: price * PRICE_TO_WAD, strike: strike * STRIKE_TO_WAD, volatility: VOLATILITY, tenor };
  const wad = 10n ** 18n;
  if (kind === "coin") return (coinCall(input) * count * COIN) / wad;
  const value = isCall ? quoteCall({ ...input, capBps: CAP_BPS }) : blackScholes(input).put;
  return (value * count * USD) / wad;
}
