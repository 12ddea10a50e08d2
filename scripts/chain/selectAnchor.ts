// SPDX-License-Identifier: MIT
import { ANCHOR_BLOCKS, ANCHOR_SECONDS } from "../model/constants.ts";
import { roundStartSeconds } from "../model/rounds.ts";
import type { BlockFacts } from "./chainFacts.ts";
import type { ChainClient } from "./ChainClient.ts";

/**
 * Anchor of a round in this endpoint's view: the newest block whose timestamp is at least 24 s before the round's start.
 * Undefined when the chain remembers no such block (too young a chain, or one that ran away): the validator abstains.
 */
export async function selectAnchor(
  chain: Pick<ChainClient, "head" | "block">,
  round: bigint,
): Promise<BlockFacts | undefined> {
  const limit = roundStartSeconds(round) - ANCHOR_SECONDS;
  const head = await chain.head();
  if (head.timestamp <= limit) return head;

  // Timestamps never fall, so "old enough" changes once between the oldest remembered block and the head. On most chains it does
  // so a few blocks back: steps that double find a block on either side of it, halves find the place between.
  const remembered = head.number >= ANCHOR_BLOCKS ? head.number - ANCHOR_BLOCKS + 1n : 0n;
  let newest = head.number;
  let found: BlockFacts | undefined;
  for (let back = 1n; found === undefined && newest > remembered; back *= 2n) {
    const number = head.number - back > remembered ? head.number - back : remembered;
    const block = await chain.block(number);
    if (block !== undefined && block.timestamp <= limit) found = block;
    else newest = number;
  }
  if (found === undefined) return undefined;

  let oldest = found.number + 1n;
  while (oldest < newest) {
    const middle = (oldest + newest) / 2n;
    const block = await chain.block(middle);
    if (block !== undefined && block.timestamp <= limit) {
      found = block;
      oldest = middle + 1n;
    } else {
      newest = middle;
    }
  }

  return found;
}
