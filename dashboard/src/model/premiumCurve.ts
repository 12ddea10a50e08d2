// SPDX-License-Identifier: MIT
import { optionValue } from "../../../scripts/model/trading/optionValue.ts";
import type { VaultEpoch } from "./vault.ts";

/** What a curve is drawn of: the auction, and whose it is. */
export interface AuctionTerms extends Pick<
  VaultEpoch,
  "strike" | "volatilityBps" | "startVolatilityBps" | "highBps" | "reserveBps" | "auctionSeconds"
> {
  readonly isCall: boolean;
  /** Of the collateral's ledger unit. */
  readonly unitDecimals: number;
  /** For one option now, ledger units. */
  readonly premium: bigint;
  /** To the expiry. */
  readonly secondsLeft: bigint;
}

/** A point of the premium of one option: seconds of the auction's clock, ledger units. */
export interface PremiumPoint {
  readonly seconds: number;
  readonly premium: number;
}

const BPS = 10_000n;
const PIECES = 24;
/** Highest price that is looked at: so many times the strike, whose decimals are four fewer. */
const HIGHEST_STRIKES = 8n;
const STRIKE_TO_PRICE = 10_000n;

/**
 * Where the auction's clock stands, seconds. The vault keeps what it was at the last look; the volatility that it offers at says
 * what it is now, to within a few seconds.
 */
export function elapsedOf(
  epoch: Pick<VaultEpoch, "volatilityBps" | "startVolatilityBps" | "highBps" | "reserveBps" | "auctionSeconds">,
): number {
  const { volatilityBps, startVolatilityBps, highBps, reserveBps, auctionSeconds } = epoch;
  const [high, reserve] = [highBps * startVolatilityBps, reserveBps * startVolatilityBps];
  if (high === reserve || volatilityBps === 0n) return 0;
  const share = Number(high - volatilityBps * BPS) / Number(high - reserve);
  return Math.round(Math.min(Math.max(share, 0), 1) * Number(auctionSeconds));
}

/**
 * How the premium falls with the auction's clock, as long as price and time to the expiry stay what they are. The price it is
 * computed at, beyond the band, is the one that gives the premium of now. Undefined where nothing is asked.
 */
export function premiumCurve(auction: AuctionTerms): PremiumPoint[] | undefined {
  const { premium, startVolatilityBps, highBps, reserveBps, auctionSeconds } = auction;
  if (premium === 0n || startVolatilityBps === 0n) return undefined;
  const price = priceOf(auction);
  return Array.from({ length: PIECES + 1 }, (_, piece) => {
    const fallen = ((highBps - reserveBps) * BigInt(piece)) / BigInt(PIECES);
    const volatilityBps = (startVolatilityBps * (highBps - fallen)) / BPS;
    return {
      seconds: (Number(auctionSeconds) * piece) / PIECES,
      premium: Number(valueAt(auction, price, volatilityBps)),
    };
  });
}

/** By halving: a call is worth more at a higher price, a put less. */
function priceOf(auction: AuctionTerms): bigint {
  let [low, high] = [1n, auction.strike * STRIKE_TO_PRICE * HIGHEST_STRIKES];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    const isDear = valueAt(auction, middle, auction.volatilityBps) > auction.premium;
    if (isDear === auction.isCall) high = middle;
    else low = middle;
  }
  return low;
}

function valueAt(
  { strike, isCall, unitDecimals, secondsLeft }: AuctionTerms,
  price: bigint,
  volatilityBps: bigint,
): bigint {
  // Calls in coins and puts in dollars have no cap, so none of it counts.
  const terms = { kind: isCall ? "coin" : "quote", unitDecimals, capBps: BPS } as const;
  return optionValue({ strike, isCall }, terms, { price, volatilityBps, secondsLeft });
}
