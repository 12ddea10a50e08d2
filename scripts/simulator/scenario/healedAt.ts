// SPDX-License-Identifier: MIT
import type { Fault, FaultType } from "./faultTypes.ts";
import { ENDLESS_FAULTS, INSTANT_FAULTS } from "./shapes/faultShapes.ts";

/** What stays without being a fault that could heal. */
const LASTING: readonly FaultType[] = [...INSTANT_FAULTS, ...ENDLESS_FAULTS, "admin.setParameter", "market.gap"];

/** When a fault has healed, seconds since the scenario's start; Infinity where it never does. Pure. */
export function healedAt({ type, atSeconds, forSeconds }: Fault): number {
  if (forSeconds !== undefined) return atSeconds + forSeconds;
  return LASTING.includes(type) ? atSeconds : Infinity;
}
