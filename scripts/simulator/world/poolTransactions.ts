// SPDX-License-Identifier: MIT
import { Signature, Transaction } from "ethers";
import { z } from "zod";

import type { SimulatedChain } from "./SimulatedChain.ts";

const signedShape = z.object({
  hash: z.string(),
  from: z.string().transform((from) => from.toLowerCase()),
  to: z.string().nullable(),
  nonce: z.string().transform(Number),
  gas: z.string(),
  maxFeePerGas: z.string(),
  maxPriorityFeePerGas: z.string(),
  value: z.string(),
  input: z.string(),
  chainId: z.string(),
  r: z.string(),
  s: z.string(),
  v: z.string(),
});
const poolShape = z.array(signedShape);
const blockShape = z.object({ transactions: poolShape });
const done = z.unknown();

/** A transaction that can be sent again. */
export interface SentTransaction {
  readonly hash: string;
  /** Lower case. */
  readonly from: string;
  readonly nonce: number;
  readonly raw: string;
}

/** What waits for a block, by sender and nonce. */
export async function waitingTransactions(chain: SimulatedChain): Promise<SentTransaction[]> {
  const waiting = poolShape.parse(await chain.line.request("eth_pendingTransactions"));
  return waiting.map(sentOf).sort((a, b) => (a.from === b.from ? a.nonce - b.nonce : a.from < b.from ? -1 : 1));
}

/** Transactions of a block, in its order. */
export async function minedTransactions(chain: SimulatedChain, number: number): Promise<SentTransaction[]> {
  const block = await chain.line.request("eth_getBlockByNumber", [`0x${number.toString(16)}`, true]);
  return blockShape.parse(block).transactions.map(sentOf);
}

/** Takes transactions out of the pool; those that are not there are no matter. */
export async function takeOut(chain: SimulatedChain, transactions: readonly SentTransaction[]): Promise<void> {
  const latestFirst = transactions.toSorted((a, b) => b.nonce - a.nonce); // no gap is left on the way
  for (const { hash } of latestFirst) await chain.drive(done, "hardhat_dropTransaction", hash).catch(() => undefined);
}

/** Sends transactions again, each sender's by rising nonce; what the chain does not take any more is lost. */
export async function sendAgain(chain: SimulatedChain, transactions: readonly SentTransaction[]): Promise<void> {
  for (const { raw } of transactions) await chain.drive(done, "eth_sendRawTransaction", raw).catch(() => undefined);
}

function sentOf(given: z.output<typeof signedShape>): SentTransaction {
  const { hash, from, to, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, value, input, chainId, r, s, v } = given;
  const { serialized } = Transaction.from({
    type: 2,
    to,
    nonce,
    gasLimit: gas,
    maxFeePerGas,
    maxPriorityFeePerGas,
    value,
    data: input,
    chainId,
    signature: Signature.from({ r: padded(r), s: padded(s), v }),
  });
  return { hash, from, nonce, raw: serialized };
}

/** The node leaves out leading zeros. */
function padded(word: string): string {
  return `0x${word.slice(2).padStart(64, "0")}`;
}
