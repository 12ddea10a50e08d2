// SPDX-License-Identifier: MIT
import type { AdversaryScenario, AdversaryStrategy, Scenario } from "../../scenario/Scenario.ts";

/** Those who sign prices. */
const SIGNING: readonly AdversaryStrategy[] = ["colludingThird", "breakerTripper"];

/** Validators whose keys an adversary holds: the last ones, f unless the scenario says how many. */
export function heldSeats(
  { strategy, keys }: Pick<AdversaryScenario, "strategy" | "keys">,
  validators: readonly string[],
): readonly string[] {
  if (!SIGNING.includes(strategy)) return [];
  const held = keys ?? Math.floor((validators.length - 1) / 3);
  return validators.slice(validators.length - Math.min(held, validators.length));
}

/** Whether any adversary of a scenario holds a validator's keys. */
export function isHeld(
  { actors }: Pick<Scenario, "actors">,
  validators: readonly string[],
  validator: string,
): boolean {
  return actors.adversaries.some((adversary) => heldSeats(adversary, validators).includes(validator));
}
