// SPDX-License-Identifier: MIT
/** A market at one block. Amounts: ledger units of its collateral. Prices: USD, 8 decimals. Notional: USD, 2 decimals. */
export interface Market {
  readonly number: bigint;
  readonly kind: "quote" | "coin";
  readonly symbol: string;
  readonly unitDecimals: number;
  /** Most that a call in quote, or a put in coins, pays: share of its strike, or of a coin. */
  readonly capBps: bigint;
  readonly feed: number;
  readonly feedName: string;
  readonly insurer: string;
  /** 0 to 4, with what the market itself asks for: its insurance drawn, its collateral's peg, margin leaving. */
  readonly mode: bigint;
  readonly opens: boolean;
  readonly isSunset: boolean;
  readonly hasPrice: boolean;
  readonly price: bigint;
  readonly multiplierBps: bigint;
  readonly addOnBps: bigint;
  readonly volatilityBps: bigint;
  readonly openNotional: bigint;
  /** Most open notional that the risk contract and the market's insurance allow now; 0 without a price. */
  readonly cap: bigint;
  /** What of the cap rules: stake behind all markets, or this market's own insurance. */
  readonly capBy: "stake" | "insurance";
  readonly insurance: bigint;
  readonly reserved: bigint;
}

const BPS = 10_000n;
const CENTS_PER_PRICE = 1_000_000n;

/**
 * Most open notional of a market, USD with 2 decimals, as the Clearinghouse counts it: what insurance covers at the share of
 * notional that may be lost, and never more than the risk contract's own cap.
 * @param insurance Reserves included, ledger units. @param price Of a coin collateral, 8 decimals.
 */
export function capOf(given: {
  readonly insurance: bigint;
  readonly unitDecimals: number;
  readonly kind: Market["kind"];
  readonly price: bigint;
  readonly lossShareBps: bigint;
  readonly notionalCap: bigint;
}): Pick<Market, "cap" | "capBy"> {
  const { insurance, unitDecimals, kind, price, lossShareBps, notionalCap } = given;
  if (lossShareBps === 0n) return { cap: notionalCap, capBy: "stake" };
  const one = 10n ** BigInt(unitDecimals);
  const cents = kind === "quote" ? (insurance * 100n) / one : (insurance * price) / CENTS_PER_PRICE / one;
  const own = (cents * BPS) / lossShareBps;
  return own < notionalCap ? { cap: own, capBy: "insurance" } : { cap: notionalCap, capBy: "stake" };
}
