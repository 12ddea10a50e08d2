// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { AgreedChain, MinedTransaction } from "./AgreedChain.ts";
import type { BlockFacts } from "./chainFacts.ts";

/** Blocks before an intent got its nonce that are looked at too: a reorg may have mined its transaction lower down. */
const REORG_BLOCKS = 128n;

/**
 * The transaction that has an account's nonce, found by halving the blocks until the one in which the account's count passed it.
 * @param from Head when the nonce was still free.
 * @param to A block after the one it is in.
 * @throws BallastError `nonceTakenByUnknown` when the endpoints cannot show it.
 */
export async function findTaker(
  chain: AgreedChain,
  address: string,
  nonce: number,
  from: bigint,
  to: BlockFacts,
): Promise<MinedTransaction> {
  const unknown = (): BallastError =>
    new BallastError("nonceTakenByUnknown", "Cannot see which transaction took the nonce", { context: { nonce } });
  const isTakenAt = async (block: BlockFacts): Promise<boolean> => (await chain.nonce(address, block)) > nonce;
  let free = from > REORG_BLOCKS ? from - REORG_BLOCKS : 0n;
  let taken = to;
  const first = await chain.block(free);
  if (first === undefined || (await isTakenAt(first))) throw unknown();

  while (taken.number - free > 1n) {
    const middle = await chain.block((free + taken.number) / 2n);
    if (middle === undefined) throw unknown();
    if (await isTakenAt(middle)) taken = middle;
    else free = middle.number;
  }
  const transactions = (await chain.transactions(taken.hash)) ?? [];
  const own = address.toLowerCase();
  const taker = transactions.find((given) => given.from === own && given.nonce === BigInt(nonce));
  if (taker === undefined) throw unknown();
  return taker;
}
