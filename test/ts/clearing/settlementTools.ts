// SPDX-License-Identifier: MIT
import type { ContractTransactionResponse } from "ethers";
import { Wallet } from "ethers";

import { eventOf, HOUR, UNIT } from "./attackTools.ts";
import { ClearingBench, DAY } from "./ClearingBench.ts";

export const WEEK = 7n * BigInt(DAY);
export const CALL = { strike: 3000, isCall: true, size: 2 };
export const Rung = {
  Window: 1n,
  Thin: 2n,
  Signed: 3n,
  Witnessed: 4n,
  Line: 5n,
  Witnesses: 6n,
  Last: 7n,
  Kept: 8n,
} as const;
/** What a transaction may need at most, so that the clock of a failing one can be chosen too. */
export const GAS = { gasLimit: 16_000_000 };

export interface Priced {
  readonly rung: bigint;
  readonly price: bigint;
}

/** Two calls at 3,000 in a funded book, the longs with the buyer. */
export async function sold(): Promise<ClearingBench> {
  const bench = await ClearingBench.create();
  await bench.insure(1_000_000);
  const [writer, buyer] = [await bench.account(1), await bench.account(2)];
  const book = bench.bookId(writer.address);
  await bench.house.connect(writer).fund(book, 10_000n * UNIT);
  await bench.house.connect(writer).mint(book, bench.legs(CALL), buyer.address);
  return bench;
}

/** Settles in a block of exactly `seconds` after the expiry; undefined while no rung has a price. */
export async function settle(bench: ClearingBench, seconds: bigint, after = 0n): Promise<Priced | undefined> {
  await next(bench, seconds);
  try {
    const args = await eventOf(
      bench,
      bench.house.settleExpiry(bench.quoteMarket, bench.expiry, after, GAS),
      "ExpirySettled",
    );
    return { rung: args.rung as bigint, price: args.price as bigint };
  } catch (error) {
    if (String(error).includes("Clearinghouse_NoPriceYet")) return undefined;
    throw error;
  }
}

/** The next block comes `seconds` after the expiry. */
export async function next(bench: ClearingBench, seconds: bigint): Promise<void> {
  await bench.connection.ethers.provider.send("evm_setNextBlockTimestamp", [Number(bench.expiry + seconds)]);
}

/** Scripts what source `source` says in round 7: by default it holds over the expiry. */
export async function script(
  bench: ClearingBench,
  source: number,
  dollars: number,
  updated = -60n,
  successor = 60n,
): Promise<void> {
  await bench.marks.setWitness(0, source, 7, {
    price: BigInt(Math.round(dollars * 1e8)),
    updatedAt: bench.expiry + updated,
    nextUpdatedAt: bench.expiry + successor,
  });
}

export async function witnesses(bench: ClearingBench, dollars: readonly number[]): Promise<void> {
  await bench.at(bench.expiry + HOUR);
  for (const [source, price] of dollars.entries()) {
    await script(bench, source, price);
    await bench.house.recordWitness(0, bench.expiry, source, 7);
  }
}

/** What signers say of an expiry, and what is posted. */
export interface Posting {
  readonly price?: number;
  readonly setId?: number;
  /** What is signed in place of what is posted. */
  readonly change?: object;
  readonly domain?: object;
}

/** What validators sign of an expiry, as EIP-712 types. */
export const SETTLEMENT_PRICE = {
  SettlementPrice: [
    { name: "feed", type: "uint8" },
    { name: "expiry", type: "uint32" },
    { name: "price", type: "uint64" },
    { name: "setId", type: "uint32" },
  ],
};

/** Gives new signers of these weights the seats. @returns How those of some seats post a price. */
export async function seatSigners(
  bench: ClearingBench,
  weights: readonly bigint[] = [30n, 30n, 30n, 10n],
): Promise<(seats: number[], posting?: Posting) => Promise<ContractTransactionResponse>> {
  const keys = weights.map(() => Wallet.createRandom());
  await bench.marks.setSeats(
    keys.map(({ address }, seat) => ({ signer: address, weight: weights[seat]! })),
    0,
  );
  const { chainId } = await bench.connection.ethers.provider.getNetwork();
  const verifyingContract = await bench.house.getAddress();
  const known = { name: "Ballast Clearinghouse", version: "1", chainId, verifyingContract };
  return async (seats, { price = 3_300, setId = 1, change = {}, domain = {} } = {}) => {
    const said = { feed: 0, expiry: bench.expiry, price: dollars(price), setId: 1, ...change };
    const signatures = await Promise.all(
      seats.map(async (seat) => keys[seat]!.signTypedData({ ...known, ...domain }, SETTLEMENT_PRICE, said)),
    );
    return bench.house.postSettlementPrice(
      bench.quoteMarket,
      bench.expiry,
      dollars(price),
      setId,
      seats,
      signatures,
      GAS,
    );
  };
}

export const dollars = (price: number): bigint => BigInt(Math.round(price * 1e8));
