// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Fault } from "../scenario/faultTypes.ts";
import { waitingTransactions } from "../world/poolTransactions.ts";
import type { World } from "../world/World.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";

/** Accounts of the local node that fill blocks: none of them is anybody. */
const FILLERS = { first: 8, count: 10 };
/** What they pay above the base fee: more than the least, less than a program that has raised its fee a few times. */
const LEAST_TIP_GWEI = 1.5;
const TIP_STEP_GWEI = 0.5;
const GWEI = 1e9;
const FILLER_FEE = hex(100_000n * 10n ** 9n);
const RICH = hex(10n ** 30n);
/** Contract that cannot be created: all gas is gone at no cost of time. */
const BURN = "0xfe";
const anything = z.unknown();
const accountsShape = z.array(z.string());
const limitShape = z.object({ gasLimit: z.string().transform(BigInt) });

/** Faults of the chain itself, seen by everybody. */
export const chainFaults: Injectors<"chain"> = {
  "chain.halt": ({ with: { backfill } }, { world, stacks }) => {
    const { begin, end } = bending(() => stacks.isHalted.add(() => () => true));
    return {
      begin,
      end: async () => {
        await end!();
        if (backfill) world.driver.fillMissed();
      },
    };
  },
  "chain.reorg": ({ with: { depth } }, { world, random, note }) => ({
    begin: () => {
      world.driver.reorganize(depth, random);
      note({ from: world.driver.height - depth + 1, depth });
    },
  }),
  "chain.finalityStall": (_fault, { world, stacks }) =>
    bending(() => {
      const final = world.driver.height - stacks.finalityLag.bent();
      return stacks.finalityLag.add((below) => () => Math.max(below(), world.driver.height - final));
    }),
  "chain.gasSpike": ({ with: { gwei } }, { stacks }) =>
    bending(() => stacks.gasGwei.add((below) => (seconds) => Math.max(below(seconds), gwei))),
  "chain.fullBlocks": (_fault, ground) => fullBlocks(ground),
  "chain.clockLag": ({ with: { lagSeconds } }, { stacks }) =>
    bending(() => stacks.clockLagSeconds.add((below) => () => Math.max(below(), lagSeconds))),
  "chain.censor": (_fault, ground) => censor(ground),
};

/** What a reorg needs from long before it: places to go back to. Only scenarios with one pay for that. */
export function keepBranches(world: World, faults: readonly Fault[]): void {
  for (const fault of faults) {
    if (fault.type !== "chain.reorg") continue;
    const { depth } = fault.with;
    const { blockSeconds, startAt } = world.scenario.chain;
    // Blocks that a halt leaves out are no places: then they are kept from the start.
    const isSteady = !faults.some(({ type }) => type === "chain.halt");
    const fromSeconds = isSteady ? fault.atSeconds - (depth + 2) * blockSeconds : -Infinity;
    const atMs = Math.max(world.time.nowMs, (startAt + fromSeconds) * 1000);
    world.time.schedule(atMs, () => world.driver.keepBranches(depth));
  }
}

function censor({ world, stacks, targets }: FaultGround): Injection {
  const addresses = new Set(targets.map((name) => world.keyOf(name).address.toLowerCase()));
  return bending(() => stacks.leavesOut.add((below) => (sender) => addresses.has(sender) || below(sender)));
}

/** Demand for all the gas there is, at tips that whoever wants to be in a block has to beat. */
function fullBlocks({ world }: FaultGround): Injection {
  const { chain } = world;
  let isFull = false;
  let accounts: readonly string[] | undefined;
  const fill = async (): Promise<void> => {
    if (!isFull) return;
    accounts ??= await fillersOf(world);
    const { gasLimit } = limitShape.parse(await chain.line.request("eth_getBlockByNumber", ["latest", false]));
    const gas = hex(gasLimit / BigInt(accounts.length));
    const busy = new Set((await waitingTransactions(chain)).map(({ from }) => from));
    for (const [place, from] of accounts.entries()) {
      if (busy.has(from.toLowerCase())) continue;
      const tip = hex(BigInt(Math.round((LEAST_TIP_GWEI + TIP_STEP_GWEI * place) * GWEI)));
      const fees = { gas, maxFeePerGas: FILLER_FEE, maxPriorityFeePerGas: tip };
      await chain.drive(anything, "eth_sendTransaction", { from, data: BURN, ...fees });
    }
  };
  world.driver.beforeBlock(fill);
  return { begin: () => void (isFull = true), end: () => void (isFull = false) };
}

async function fillersOf({ chain }: World): Promise<readonly string[]> {
  const all = accountsShape.parse(await chain.line.request("eth_accounts"));
  const accounts = all.slice(FILLERS.first, FILLERS.first + FILLERS.count);
  for (const account of accounts) await chain.drive(anything, "hardhat_setBalance", account, RICH);
  return accounts;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
