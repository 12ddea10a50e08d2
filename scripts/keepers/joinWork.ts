// SPDX-License-Identifier: MIT
import { id } from "ethers";

import type { Work } from "../model/intents/types.ts";
import type { JoinedCall } from "./Duty.ts";

/**
 * One work that is all of several. Each part must be worth its share of the gas, so the whole brings in what the poorest
 * does, as often as there are parts. Its key is of its parts and the block: what is taken back may be tried anew. Pure.
 */
export function joinWork(works: readonly Work[], call: JoinedCall, blockHash: string): Work {
  const parts = works.map(({ key }) => key);
  const least = works.map(({ rewardWei }) => rewardWei).reduce((a, b) => (a < b ? a : b));
  const deadlineMs = works.map((work) => work.deadlineMs).reduce((a, b) => (a < b ? a : b));
  const key = `${call.className} ${id([...parts, blockHash].join())}`;
  return { ...call, key, parts, rewardWei: least * BigInt(works.length), deadlineMs };
}

/** Work whose failure sets it free at once: it is the only part of an intent, which has a name of its own each time. Pure. */
export function repeatable(work: Work, blockHash: string): Work {
  return { ...work, key: `${work.key} at ${blockHash}`, parts: [work.key] };
}

/**
 * Works in groups of at most `most`, in their order; within a group the ones that bring in most first, so that what is
 * not worth its gas is split off together. Pure.
 */
export function groupJobs<Item extends { readonly work: Work }>(items: readonly Item[], most: number): Item[][] {
  const groups: Item[][] = [];
  for (let first = 0; first < items.length; first += most)
    groups.push(
      items
        .slice(first, first + most)
        .sort((a, b) => Number(b.work.rewardWei > a.work.rewardWei) - Number(b.work.rewardWei < a.work.rewardWei)),
    );
  return groups;
}
