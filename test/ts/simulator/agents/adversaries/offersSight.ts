// SPDX-License-Identifier: MIT
import { SIZE_ONE } from "../../../../../scripts/model/clearing/payoff.ts";
import { mintFeeUp } from "../../../../../scripts/model/trading/mintFee.ts";
import type { SaleSight } from "../../../../../scripts/simulator/agents/adversaries/planSale.ts";
import { bidPremium } from "../../../../../scripts/simulator/agents/buying/bidPremium.ts";
import { FEE, PRICE, TERMS, USD } from "./shortsSight.ts";

/** What a sale costs him who sells. */
export interface SaleCosts {
  /** Tenths of a bp. */
  readonly mintFee: bigint;
  /** Of what a buyer thinks an option is worth. */
  readonly discountBps: bigint;
}

/** As the market has it, and a buyer who asks for little. */
export const USUAL_COSTS: SaleCosts = { mintFee: FEE, discountBps: 100n };
const HOUR = 3_600n;
/** The most that any buyer believes in. */
const VOLATILITY_BPS = 9_500n;

/** What somebody sees who may sell to a buyer, an hour before an expiry; the buyer goes by the chain's price. */
export function offersSight({ mintFee, discountBps }: SaleCosts): SaleSight {
  const value = { price: PRICE, volatilityBps: VOLATILITY_BPS, secondsLeft: HOUR };
  const offers = [27_000_000n, 30_000_000n, 33_000_000n].flatMap((strike) =>
    [true, false].map((isCall) => ({
      strike,
      isCall,
      premium: bidPremium([{ strike, isCall, size: -SIZE_ONE }], TERMS, value, discountBps),
      margin: 1_000n * USD,
      fee: mintFeeUp([{ strike, isCall, size: SIZE_ONE }], TERMS, mintFee),
    })),
  );
  return { terms: TERMS, secondsLeft: HOUR, capital: 20_000n * USD, offers };
}
