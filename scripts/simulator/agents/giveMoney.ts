// SPDX-License-Identifier: MIT
import { z } from "zod";

import { clearingInterface } from "../../chain/clearingInterface.ts";
import { MockToken__factory } from "../../../typechain-types/factories/mocks/MockToken__factory.ts";
import type { World } from "../world/World.ts";
import type { MarketFacts } from "./marketFacts.ts";

/** Somebody's money in the collateral of a market. */
export interface Gift {
  readonly to: string;
  readonly market: MarketFacts;
  /** Ledger units. */
  readonly amount: bigint;
  /** Into his free balance in the Clearinghouse, or into his wallet. */
  readonly place: "balance" | "wallet";
}

const tokenCode = MockToken__factory.createInterface();
/** In one transaction. */
const DEPOSITS_AT_ONCE = 50;

/** Everybody has the money he comes with from the next block on. Blocks no longer come by themselves after this. */
export async function giveMoney(
  { chain, environment, room }: Pick<World, "chain" | "environment" | "room">,
  gifts: readonly Gift[],
): Promise<void> {
  // All of it goes into the first block of the world's driver: he counts the blocks.
  await chain.drive(z.unknown(), "evm_setAutomine", false);
  const house = room.house.target as string;
  const deposits = gifts.filter(({ place, amount }) => place === "balance" && amount > 0n);
  const sums = new Map<string, bigint>();
  for (const { market, amount } of deposits)
    sums.set(market.token, (sums.get(market.token) ?? 0n) + amount * market.unit);
  for (const [token, sum] of sums) {
    await environment.send(token, tokenCode, "mint", [environment.address, sum]);
    await environment.send(token, tokenCode, "approve", [house, sum]);
  }
  for (let first = 0; first < deposits.length; first += DEPOSITS_AT_ONCE) {
    const encoded = deposits
      .slice(first, first + DEPOSITS_AT_ONCE)
      .map(({ market, amount, to }) => clearingInterface.encodeFunctionData("deposit", [market.token, amount, to]));
    await environment.send(house, clearingInterface, "multicall", [encoded]);
  }
  for (const { to, market, amount, place } of gifts)
    if (place === "wallet") await environment.send(market.token, tokenCode, "mint", [to, amount * market.unit]);
}
