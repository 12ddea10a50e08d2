// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Finding } from "../model/alerts/stepAlerts.ts";

/** The chain and the time at a look. */
export interface ProbeView {
  readonly head: BlockFacts;
  readonly nowMs: bigint;
  readonly signal: AbortSignal;
}

/** Looks at one kind of trouble; changes nothing. */
export interface Probe {
  /** A word: label of its metrics, and the beginning of its findings' ids. */
  readonly name: string;
  /** @throws BallastError when it cannot look; the others go on, and that it is blind is a finding of its own. */
  look(view: ProbeView): Promise<readonly Finding[]>;
}
