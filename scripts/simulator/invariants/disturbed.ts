// SPDX-License-Identifier: MIT
import { healedAt } from "../scenario/healedAt.ts";
import type { JudgeContext } from "./Invariant.ts";

/** Families that come between honest programs and the chain. */
const FAMILIES: ReadonlySet<string> = new Set(["net", "rpc", "chain", "relayer"]);

/** Whether something comes between programs and the chain now, or did up to `after` seconds ago. */
export function isDisturbed({ scenario }: Pick<JudgeContext, "scenario">, seconds: number, after: number): boolean {
  return scenario.faults.some(
    (fault) => FAMILIES.has(fault.family) && fault.atSeconds <= seconds && seconds <= healedAt(fault) + after,
  );
}

/** When the last fault ended, seconds; undefined while one never will, and 0 without faults. */
export function lastHeal({ scenario }: Pick<JudgeContext, "scenario">): number | undefined {
  const last = Math.max(0, ...scenario.faults.map(healedAt));
  return last === Infinity ? undefined : last;
}
