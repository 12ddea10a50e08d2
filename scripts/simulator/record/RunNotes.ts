// SPDX-License-Identifier: MIT

/** Somebody tried to take risk or to leave, and was let or not. */
export interface Attempt {
  /** Name of who tried. */
  readonly actor: string;
  /** An exit is one the laws promise: closing, funding, free cash and cash above maximum loss, settling, redeeming, leaving. */
  readonly kind: "open" | "exit";
  /** The protocol said no. What never reached the chain is no attempt. */
  readonly refused: boolean;
  /** Name of the contract's error, or what he tried, such as `Clearinghouse_Unhealthy` or `redeem`. */
  readonly reason: string;
  /** Since the scenario's start. */
  readonly seconds: number;
}

/** Something that no event of the contracts tells, such as the beginning and the end of a fault. */
export interface Note {
  /** Since the scenario's start. */
  readonly seconds: number;
  /** Such as `faultBegin`, `faultEnd`. */
  readonly kind: string;
  /** Whatever else belongs to it; it goes into `events.jsonl` as it is. */
  readonly [detail: string]: string | number | boolean | readonly (string | number)[];
}

/** Where agents and faults tell what they did, for the record and the judges. Nothing is awaited. */
export interface RunNotes {
  attempt(attempt: Attempt): void;
  note(note: Note): void;
}
