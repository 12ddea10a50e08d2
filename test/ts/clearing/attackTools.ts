// SPDX-License-Identifier: MIT
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { ZeroAddress } from "ethers";

import { OPTION, STRIKE } from "./ClearingBench.ts";
import type { ClearingBench, Leg } from "./ClearingBench.ts";

/** A dollar in ledger units. */
export const UNIT = 10n ** 6n;
export const HOUR = 3_600n;

/** One leg per option of the quote, from the maker's side. */
export function ratios(...legs: Leg[]): { strike: bigint; isCall: boolean; ratio: bigint }[] {
  return legs.map(({ strike, isCall, size }) => ({ strike: BigInt(strike) * STRIKE, isCall, ratio: BigInt(size) }));
}

/** A maker's offer of ten times `legs` for nothing, unless said otherwise. */
export function quoteOf(bench: ClearingBench, maker: string, legs: Leg[], change: object = {}) {
  return {
    maker,
    taker: ZeroAddress,
    marketHash: bench.quoteHash,
    expiry: bench.expiry,
    makerSubId: 0n,
    legs: ratios(...legs),
    premium: 0n,
    size: 10n * OPTION,
    minimumFill: 0n,
    nonce: 1n,
    deadline: 2n ** 40n - 1n,
    spotLow: 0n,
    spotHigh: 0n,
    ...change,
  };
}

export type QuoteValue = ReturnType<typeof quoteOf>;

/** A fill of a quote that its maker signed. */
export async function fillOf(
  bench: ClearingBench,
  maker: HardhatEthersSigner,
  taker: string,
  quote: QuoteValue,
  amount = OPTION,
  takerSubId = 0n,
) {
  return { quote, signature: await bench.sign(maker, quote), takerOwner: taker, takerSubId, amount };
}

/** Prices the bench's expiry by its clean window two minutes after it. */
export async function priceAt(bench: ClearingBench, price: number, market = bench.quoteMarket): Promise<void> {
  await bench.mark(bench.expiry, price);
  await bench.at(bench.expiry + 120n);
  await bench.house.settleExpiry(market, bench.expiry, 0);
}

/** Dollars in free balance and in the named books; what an attacker has to gain is a difference of two of these. */
export async function dollarsOf(bench: ClearingBench, owners: string[], books: bigint[] = []): Promise<bigint> {
  let sum = 0n;
  for (const owner of owners) sum += await bench.house.freeBalance(owner, bench.dollar);
  for (const id of books) {
    const { cash, tips } = await bench.house.book(id);
    sum += cash + tips * UNIT;
  }
  return sum;
}

/** The named event of a transaction of the Clearinghouse. */
export async function eventOf(bench: ClearingBench, sent: Promise<ContractTransactionResponse>, name: string) {
  const receipt = await (await sent).wait();
  const log = receipt!.logs.map((entry) => bench.house.interface.parseLog(entry)).find((entry) => entry?.name === name);
  if (log == null) throw new Error(`no ${name} in the transaction`);
  return log.args;
}
