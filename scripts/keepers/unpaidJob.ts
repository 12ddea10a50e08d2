// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Work } from "../model/intents/types.ts";
import type { Job } from "./Duty.ts";

const SECOND_MS = 1_000n;

/**
 * A job of a duty that weighs no rewards: what the contract may pay for it is not counted on.
 * @param patienceMs From the time of `head` on; what is not done by then is looked at afresh.
 */
export function unpaidJob(
  work: Pick<Work, "key" | "className" | "to" | "data">,
  shareId: bigint,
  head: BlockFacts,
  patienceMs: bigint,
): Job {
  return { work: { ...work, rewardWei: 0n, deadlineMs: head.timestamp * SECOND_MS + patienceMs }, shareId };
}
