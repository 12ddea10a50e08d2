// SPDX-License-Identifier: MIT

/** Somebody tried to take risk or to leave, and was let or not. */
export interface Attempt {
  /** Name of who tried. */
  readonly actor: string;
  /** An exit is one the laws promise. */
  readonly kind: "open" | "exit";
  readonly refused: boolean;
  /** Name of the contract's error, or of what was done. */
  readonly reason: string;
  /** Since the scenario's start. */
  readonly seconds: number;
}

/** Hears of each attempt when its outcome is known. */
export type TellAttempt = (attempt: Attempt) => void;
