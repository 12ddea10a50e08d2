// SPDX-License-Identifier: MIT
import { z } from "zod";

import { clearingInterface } from "../../chain/clearingInterface.ts";
import type { World } from "../world/World.ts";
import type { MarketFacts } from "./marketFacts.ts";

const TRIES = 5;
const GAS = "0xf4240";
const FEE = `0x${(10_000n * 10n ** 9n).toString(16)}`;
const MILLISECONDS = 1_000;

/**
 * Takes all that is not set aside out of a market's insurance, as if its insurer were somebody else's: what would happen
 * without it can be seen, not what it takes to get there.
 */
export async function drainInsurance(
  { chain, environment, room, watch, time, scenario }: World,
  { number }: MarketFacts,
  insurer: string,
): Promise<void> {
  const house = room.house.target as string;
  await chain.drive(z.unknown(), "hardhat_impersonateAccount", insurer);
  await environment.fund(insurer, 1_000n);
  // What is set aside may grow before the transaction is in a block: then it is tried again.
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { insurance, reserved } = watch.ledger.markets.get(number)!;
    if (insurance <= reserved) return;
    const args = [number, insurance - reserved, environment.address];
    const data = clearingInterface.encodeFunctionData("withdrawInsurance", args);
    const fees = { gas: GAS, maxFeePerGas: FEE, maxPriorityFeePerGas: FEE };
    await chain.drive(z.string(), "eth_sendTransaction", { from: insurer, to: house, data, ...fees });
    await time.waitUntil(time.nowMs + 2 * scenario.chain.blockSeconds * MILLISECONDS);
  }
}
