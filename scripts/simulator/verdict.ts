// SPDX-License-Identifier: MIT
/** One thing that had to hold. */
export interface Verdict {
  readonly name: string;
  /** Id of the protocol invariant it checks, if it is one. */
  readonly invariant?: string;
  readonly held: boolean;
  /** How often it was looked at. */
  readonly checks: number;
  /** What was found: numbers when it held, the first violation otherwise. */
  readonly detail: string;
  readonly block?: number;
}

/** Held when nothing was found, and something was looked at. */
export function verdict(
  name: string,
  checks: number,
  found: readonly string[],
  detail: string,
  invariant?: string,
): Verdict {
  // A check that looked at nothing has not held.
  const held = found.length === 0 && checks > 0;
  const shown = found[0] ?? (checks > 0 ? detail : "nothing to look at");
  return { name, held, checks, detail: shown, ...(invariant !== undefined && { invariant }) };
}
