// SPDX-License-Identifier: MIT
import type { RunMany, RunOne } from "../../../../scripts/simulator/study/RunOrder.ts";

/** Plays orders in this process, one after the other. */
export function playHere(runOne: RunOne): RunMany {
  return async (orders, digest) => {
    const digests = [];
    for (const order of orders) digests.push(digest(await runOne(order), order));
    return digests;
  };
}
