// SPDX-License-Identifier: MIT
import { trackTransaction } from "@nomicfoundation/ignition-core";
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";

import { BallastError } from "../../scripts/model/BallastError.ts";
import { dropHalfLine, dropLine, readJournal } from "./journal.ts";
import type { JournalLine } from "./journal.ts";

/** The chain, as ethers reads it and as Ignition does. */
export interface RecoveryChain {
  readonly provider: Provider;
  readonly requests: EIP1193Provider;
  readonly deployer: string;
  readonly confirmations: number;
}

/**
 * Ends what a killed run had begun. Ignition writes down that it will send, sends, and writes down what it has sent; killed
 * in between it does not know whether a transaction is out, and would go no further. The chain knows: the account's nonce
 * was used, or it was not.
 * @returns What was done, one sentence each.
 * @throws BallastError `transactionPending`, `transactionUnknown`.
 */
export async function recoverLost(folder: string, chain: RecoveryChain): Promise<string[]> {
  const told: string[] = [];
  if (await dropHalfLine(folder)) told.push("The journal ended in half a line, which was dropped.");
  for (const lost of lostTransactions(await readJournal(folder))) told.push(await recover(folder, chain, lost));
  return told;
}

/** Announced to the journal, and never told to have been sent. */
export function lostTransactions(journal: readonly JournalLine[]): JournalLine[] {
  const key = ({ futureId, networkInteractionId }: JournalLine): string => `${futureId} ${networkInteractionId}`;
  const open = new Map<string, JournalLine>();
  for (const line of journal) {
    if (line.type === "TRANSACTION_PREPARE_SEND") open.set(key(line), line);
    if (line.type === "TRANSACTION_SEND" || line.type === "ONCHAIN_INTERACTION_REPLACED_BY_USER")
      open.delete(key(line));
    if (line.type === "WIPE_APPLY")
      for (const [name, { futureId }] of open) if (futureId === line.futureId) open.delete(name);
  }
  return [...open.values()];
}

async function recover(folder: string, chain: RecoveryChain, lost: JournalLine): Promise<string> {
  const { provider, deployer } = chain;
  const nonce = lost.nonce!;
  const [mined, known] = await Promise.all([
    provider.getTransactionCount(deployer, "latest"),
    provider.getTransactionCount(deployer, "pending"),
  ]);
  if (known <= nonce) {
    await dropLine(folder, lost);
    return `${lost.futureId} had not been sent: it is sent now.`;
  }
  const context = { future: lost.futureId, nonce, deployer };
  if (mined <= nonce)
    throw new BallastError(
      "transactionPending",
      `${lost.futureId} was sent and is not mined yet: wait, and run again`,
      {
        context,
        retriable: true,
      },
    );

  const hash = await findTransaction(provider, deployer, nonce);
  if (hash === undefined)
    throw new BallastError(
      "transactionUnknown",
      `${deployer} has sent its transaction ${nonce} (${lost.futureId}), and the node does not find it any more: look it up in an explorer, then \`hardhat ignition track-tx <hash> <deployment>\``,
      { context },
    );
  const replaced = await trackTransaction(folder, hash, chain.requests, chain.confirmations);
  return replaced === undefined
    ? `${lost.futureId} had been sent as ${hash}.`
    : `Instead of ${lost.futureId} another transaction was sent, ${hash}: it is sent now.`;
}

/** Looks for the block in which the account's count passed the nonce; the newest first, since a killed run is resumed soon. */
async function findTransaction(provider: Provider, account: string, nonce: number): Promise<string | undefined> {
  const sentBy = async (block: number): Promise<boolean> =>
    (await provider.getTransactionCount(account, block)) > nonce;
  let after = await provider.getBlockNumber(); // by then it was sent
  let before = -1; // not yet
  try {
    for (let back = 1; before < 0 && after - back >= 0; back *= 2) {
      if (await sentBy(after - back)) after -= back;
      else before = after - back;
    }
    while (after - before > 1) {
      const middle = Math.floor((after + before) / 2);
      if (await sentBy(middle)) after = middle;
      else before = middle;
    }
  } catch {
    return undefined; // a node that has thrown away what it knew of that block
  }
  const block = await provider.getBlock(after, true);
  const found = block?.prefetchedTransactions.find((one) => one.from === account && one.nonce === nonce);
  return found?.hash;
}
