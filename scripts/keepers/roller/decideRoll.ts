// SPDX-License-Identifier: MIT
import { boundaryBefore, startWindow } from "../../model/vaults/vaultCalendar.ts";

/** A vault as far as its next step goes. */
export interface VaultStanding {
  /** Of the running epoch, unix seconds; 0 between two. */
  readonly expiry: bigint;
  /** Boundary after which an epoch last started. */
  readonly lastBoundary: bigint;
  /** Somebody asked to join or to leave. */
  readonly isWaited: boolean;
}

/** The step a vault's calendar asks for; the vault itself may still say to wait. */
export type RollStep = "start" | "close" | "priceWaiting";

/**
 * Next step of a vault at `time`. Who waits between two epochs is priced by the start of the next; only when none can start
 * before the next boundary does it take a step of its own. Pure.
 */
export function decideRoll({ expiry, lastBoundary, isWaited }: VaultStanding, time: bigint): RollStep | undefined {
  if (expiry !== 0n) return time >= expiry ? "close" : undefined;
  const boundary = boundaryBefore(time);
  const { opens, closes } = startWindow(boundary);
  const isOver = time > closes || lastBoundary === boundary;
  if (isOver) return isWaited ? "priceWaiting" : undefined;
  return time >= opens ? "start" : undefined;
}
