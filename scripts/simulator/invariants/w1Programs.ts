// SPDX-License-Identifier: MIT
import type { Invariant } from "./Invariant.ts";

/** W1: no program ends unless somebody ends it, or it asks to be started again. @param fallen Those that did, in words. */
export function programsStay(fallen: () => readonly string[]): Invariant {
  return { id: "W1", check: () => fallen()[0] };
}
