// SPDX-License-Identifier: MIT
import type { Hand } from "../Hand.ts";

/** Somebody who maximises his profit against the protocol; he sees what he is answered and what he did himself. */
export interface Adversary {
  readonly hand: Hand;
  /** Looks once, and does what pays. @throws BallastError */
  readonly look: () => Promise<void>;
}
