// SPDX-License-Identifier: MIT
import { roundStartSeconds } from "../rounds.ts";
import { FAULT, STAGE } from "./types.ts";
import type { CaseStep, SlashCase } from "./types.ts";

const DAY = 86_400n;
/** Seconds a case waits for its proof. */
const WAITING_SECONDS: Readonly<Record<number, bigint>> = {
  [FAULT.deviation]: 3n * DAY,
  [FAULT.futureDating]: 7n * DAY,
  [FAULT.capture]: 7n * DAY,
};
/** What proves a case that waits; a capture is not proven any further. */
const PROOFS: Readonly<Record<number, "confirm" | "convict">> = {
  [FAULT.deviation]: "confirm",
  [FAULT.futureDating]: "convict",
};
/** Days from the day of a fault until no evidence can reach its window. */
const FINAL_DAYS = 15n;

/** What is due for cases that are open, by the time of a block. */
export function decideCaseSteps(cases: readonly SlashCase[], nowSeconds: bigint): CaseStep[] {
  return cases.flatMap((known): CaseStep[] => {
    if (known.stage === STAGE.charged) {
      const finalAt = (roundStartSeconds(known.key) / DAY + FINAL_DAYS) * DAY;
      return nowSeconds >= finalAt ? [{ kind: "finalize", case: known }] : [];
    }
    const waiting = WAITING_SECONDS[known.fault];
    if (known.stage !== STAGE.waiting || waiting === undefined) return [];
    if (nowSeconds > known.openedAt + waiting) return [{ kind: "release", case: known }];
    const proof = PROOFS[known.fault];
    return proof === undefined ? [] : [{ kind: proof, case: known }];
  });
}
