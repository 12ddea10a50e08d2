// SPDX-License-Identifier: MIT
import type { Liquidation } from "../risk/types.ts";
import type { LiquidationReading } from "./liquidationReading.ts";
import { costUp, maintenanceScenario, maximumLossUp } from "./margin.ts";
import type { Band, Leg, Terms } from "./types.ts";

/** Legs and the cash behind them, ledger units. */
export interface Holding {
  readonly legs: readonly Leg[];
  readonly cash: bigint;
}

type Maintenance = LiquidationReading["maintenance"];
/** What flagging looks at. */
export type FlaggingReading = Pick<LiquidationReading, "allowed" | "latest" | "earlier" | "maintenance">;

/** Whether a healthy book could be flagged: the same answer as the Clearinghouse's `isLiquidatable`, at the reading's block. */
export function isFlaggable(holding: Holding, terms: Terms, reading: FlaggingReading): boolean {
  const { allowed, latest, earlier, maintenance } = reading;
  if (allowed === "none" || earlier === undefined) return false;
  return (
    isShort(holding, terms, latest, maintenance, allowed) &&
    isShort(holding, terms, earlier, maintenance, allowed) &&
    holding.cash < maximumLossUp(holding.legs, terms)
  );
}

/** Whether a band is evidence enough to liquidate a book below its maximum loss; mirror of `Requirements.isShort`. */
export function isShort(
  { legs, cash }: Holding,
  terms: Terms,
  band: Band,
  maintenance: Maintenance,
  allowed: Liquidation,
): boolean {
  const exceeds = (at: Band, held: bigint): boolean => costUp(legs, terms, maintenanceScenario(at, maintenance)) > held;
  if (!exceeds(band, cash)) return false;
  if (allowed !== "belowHalf") return true;
  const twice = 2n * cash;
  if (maximumLossUp(legs, terms) <= twice) return false;
  return exceeds(pointBand(band.low), twice) && exceeds(pointBand(band.high), twice);
}

function pointBand(price: bigint): Band {
  return { price, low: price, high: price };
}
