// SPDX-License-Identifier: MIT
import { smaller } from "../../../model/clearing/payoff.ts";
import { BPS } from "../../../model/constants.ts";

/** What a vault asks now for a number of its options, and what a bidder thinks of it; ledger units. */
export interface VaultOffer {
  readonly premium: bigint;
  /** What the same options are worth to him. */
  readonly worth: bigint;
  /** What he has to pay with. */
  readonly purse: bigint;
}

/** The price may rise so much until he is in a block. */
const SLIPPAGE_BPS = 100n;

/**
 * The most a bidder lets a vault take of him: undefined while its falling price is above what the options are worth to him less
 * his discount, or above what he has; ledger units. Pure.
 */
export function decideVaultBid({ premium, worth, purse }: VaultOffer, discountBps: bigint): bigint | undefined {
  const most = smaller((worth * (BPS - discountBps)) / BPS, purse);
  if (premium === 0n || premium > most) return undefined;
  return smaller(most, (premium * (BPS + SLIPPAGE_BPS)) / BPS);
}
