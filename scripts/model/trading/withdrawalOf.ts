// SPDX-License-Identifier: MIT
import { ceilDiv, larger, smaller } from "../clearing/payoff.ts";
import { BPS } from "../constants.ts";

/** Cash of a book, what of it may leave now, and the most that its legs can cost. Ledger units. */
export interface LeavingBook {
  readonly cash: bigint;
  readonly maxDefund: bigint;
  readonly maxLoss: bigint;
}

/**
 * What to ask for of a book's cash: what may leave now may be refused a block later, when the price has moved. Ledger units.
 * @param bufferBps Of what has to stay, kept beyond it, as far as the most that the book can lose.
 */
export function withdrawalOf({ cash, maxDefund, maxLoss }: LeavingBook, bufferBps: bigint): bigint {
  const stays = cash - maxDefund;
  const kept = larger(stays, smaller(stays + ceilDiv(stays * bufferBps, BPS), maxLoss));
  return larger(cash - kept, 0n);
}
