// SPDX-License-Identifier: MIT
import { calculateRequirement, initialScenario, timeValueUp } from "../../../../../scripts/model/clearing/margin.ts";
import { SIZE_ONE } from "../../../../../scripts/model/clearing/payoff.ts";
import { mintFeeUp } from "../../../../../scripts/model/trading/mintFee.ts";
import type { WalkAwaySight } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";

export const TERMS = { kind: "quote", unitDecimals: 6, capBps: 10_000n } as const;
export const PRICE = 3_000n * 10n ** 8n;
export const USD = 1_000_000n;
export const DAY = 86_400n;
/** What an expiry may draw of the usual insurance. */
export const INSURANCE = 125_000n * USD;
/** Two basis points of the strike. */
export const FEE = 20n;

/** What stands between an adversary and insurance. */
export interface Defences {
  /** x of initial margin, and φ. */
  readonly shockBps: bigint;
  readonly floorBps: bigint;
  /** What the caps leave, USD. */
  readonly room: bigint;
  /** Lower edge of the band: a witness that is far below stretches it. */
  readonly low: bigint;
}

export const DESIGNED: Defences = { shockBps: 2_500n, floorBps: 1_200n, room: 1_000_000n, low: PRICE };
export const THIN: Defences = { ...DESIGNED, shockBps: 100n, floorBps: 100n };

/** What somebody sees who has plenty of capital, a day before an expiry. */
export function shortsSight({ shockBps, floorBps, room, low }: Defences): Omit<WalkAwaySight, "expected"> {
  const band = { price: PRICE, low, high: PRICE };
  const timeValue = timeValueUp(12_000n, DAY);
  const scenario = initialScenario(band, { shockBps, floorBps, timeValue, multiplierBps: 10_000n, addOnBps: 0n });
  const candidates = [27_000_000n, 30_000_000n, 33_000_000n].flatMap((strike) =>
    [true, false].map((isCall) => {
      const short = { strike, isCall, size: -SIZE_ONE };
      const margin = calculateRequirement([short], TERMS, scenario).amount;
      return { strike, isCall, margin, fee: mintFeeUp([{ ...short, size: SIZE_ONE }], TERMS, FEE) };
    }),
  );
  return {
    terms: TERMS,
    price: PRICE,
    room: room * 100n,
    capital: 10_000_000n * USD,
    insurance: INSURANCE,
    candidates,
  };
}

/** A price so many percent lower. */
export function fallen(percent: bigint): bigint {
  return PRICE - (PRICE * percent) / 100n;
}
