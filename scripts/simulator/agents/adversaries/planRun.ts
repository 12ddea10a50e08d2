// SPDX-License-Identifier: MIT
import { smaller } from "../../../model/clearing/payoff.ts";
import type { Terms } from "../../../model/clearing/types.ts";
import { BPS } from "../../../model/constants.ts";

/** What an insurer sees who means to be gone before others lose. Assets in any one unit. */
export interface RunSight {
  /** Shares he has not asked to leave with yet, and those that may leave now. */
  readonly shares: bigint;
  readonly claimable: bigint;
  /** What those that may leave are paid now. */
  readonly worth: bigint;
  /** Of the market, unreserved. */
  readonly insurance: bigint;
  /** What he expects insurance to pay soon, beyond what is reserved. */
  readonly loss: bigint;
}

/** He asks early, for asking costs nothing, and goes when others are about to lose. */
export type RunPlan =
  | { readonly kind: "request"; readonly shares: bigint }
  | { readonly kind: "leave"; readonly shares: bigint; readonly profit: bigint };

/** What an insurer does at one look; `profit` is the part of the loss that others bear for him. Pure. */
export function planRun({ shares, claimable, worth, insurance, loss }: RunSight): RunPlan | undefined {
  if (shares > 0n) return { kind: "request", shares };
  if (claimable === 0n || loss === 0n || insurance === 0n) return undefined;
  return { kind: "leave", shares: claimable, profit: (worth * smaller(loss, insurance)) / insurance };
}

/** What a market may lose by a move that its oracle has not seen. */
export interface ComingMove {
  readonly terms: Terms;
  /** USD, 2 decimals. */
  readonly openNotional: bigint;
  /** USD, 8 decimals. */
  readonly price: bigint;
  readonly venues: bigint;
  /** What initial margin is of notional, bps. */
  readonly marginBps: bigint;
}

const CENTS = 2n;
const PRICE_DECIMALS = 8n;

/** At most what the move goes beyond margin, for all that is open; ledger units. Pure. */
export function comingLoss({ terms, openNotional, price, venues, marginBps }: ComingMove): bigint {
  const move = venues > price ? venues - price : price - venues;
  const beyondBps = (move * BPS) / price - marginBps;
  if (venues === 0n || beyondBps <= 0n) return 0n;
  const cents = (openNotional * beyondBps) / BPS;
  const unit = 10n ** BigInt(terms.unitDecimals);
  return terms.kind === "quote"
    ? (cents * unit) / 10n ** CENTS
    : (cents * unit * 10n ** (PRICE_DECIMALS - CENTS)) / price;
}
