// SPDX-License-Identifier: MIT
import { id, Interface } from "ethers";
import { z } from "zod";

import { GUARDIAN_ROLE, PARAMETERS_ROLE } from "../../../deploy/governance.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { oracleInterface } from "../../chain/oracleInterface.ts";
import { registryInterface } from "../../chain/registryInterface.ts";
import { riskInterface } from "../../chain/riskInterface.ts";
import { routerInterface } from "../../chain/routerInterface.ts";
import type { Fault } from "../scenario/faultTypes.ts";
import type { World } from "../world/World.ts";
import { bending } from "./faultGround.ts";
import type { FaultGround, Injection, Injectors } from "./faultGround.ts";
import { repeating } from "./repeating.ts";

const AUTHORITY = new Interface([
  "function grantRole(uint64 role, address account, uint32 delay)",
  "function renounceRole(uint64 role, address account)",
]);
const TIMELOCK = new Interface(["function renounceRole(bytes32 role, address account)"]);
/** In an hour a thief tries again. */
const THIEF_SECONDS = 3_600;
const HALTED = 4;
const REDUCE_ONLY = 3;
/** Longest that the guardian may hold at these levels. */
const HOLDS = [
  [HALTED, 2 * 3_600],
  [REDUCE_ONLY, 24 * 3_600],
] as const;
const RICH = `0x${(10n ** 21n).toString(16)}`;
const anything = z.unknown();

/** What becomes of those who have rights. Governor and guardian of a local deployment are the account the world acts with. */
export const adminFaults: Injectors<"admin"> = {
  "admin.guardianStolen": (_fault, ground) => guardianStolen(ground),
  "admin.guardianGone": (_fault, ground) => ({ begin: () => renounce(ground, GUARDIAN_ROLE) }),
  "admin.governanceGone": (_fault, ground) => ({
    begin: async () => {
      await renounce(ground, PARAMETERS_ROLE);
      const { address } = ground.world.environment;
      for (const role of ["PROPOSER_ROLE", "CANCELLER_ROLE"])
        await ground.errands.sendFrom(address, {
          to: ground.world.room.addresses.get("timelock")!,
          data: TIMELOCK.encodeFunctionData("renounceRole", [id(role), address]),
        });
      const governor = ground.world.keyOf(GOVERNOR);
      await ground.errands.send(governor, renouncing(ground.world, PARAMETERS_ROLE, governor.address));
    },
  }),
  "admin.setSource": (fault, ground) => setSource(fault, ground),
  "admin.setParameter": (fault, ground) => setParameter(fault, ground),
};

/** Acts for governance without its delay: see D-219. */
const GOVERNOR = "governor";

/**
 * Lets governance act at a moment of the scenario. Its 48 hours are taken to have passed before: the timelock gives a key of
 * ours the right to change parameters at once, and the change is that of the real function.
 */
export async function prepareGovernor(world: World): Promise<void> {
  const { chain, room } = world;
  const timelock = room.addresses.get("timelock")!;
  await chain.drive(anything, "hardhat_impersonateAccount", timelock);
  await chain.drive(anything, "hardhat_setBalance", timelock, RICH);
  const data = AUTHORITY.encodeFunctionData("grantRole", [PARAMETERS_ROLE, world.keyOf(GOVERNOR).address, 0]);
  await world.chain.drive(anything, "eth_sendTransaction", { from: timelock, to: authorityOf(world), data });
  await chain.drive(anything, "hardhat_stopImpersonatingAccount", timelock);
}

/** Whether a fault is governance's act. */
export function needsGovernor({ type }: Fault): boolean {
  return type === "admin.setSource" || type === "admin.setParameter";
}

/** Holds every feed as hard and as long as the contract lets it, zeroes every add-on, closes every market to the new. */
function guardianStolen({ world, errands, note }: FaultGround): Injection {
  const { risk, house } = world.room;
  const { address } = world.environment;
  const feeds = [...world.population.feeds.keys()];
  const mask = feeds.reduce((bits, feed) => bits | (1n << BigInt(feed)), 0n);
  const send = (to: string, data: string): Promise<boolean> => errands.sendFrom(address, { to, data });
  return repeating(world, THIEF_SECONDS, async (times) => {
    const [level, seconds] = HOLDS[times % HOLDS.length]!;
    await send(risk.target as string, riskInterface.encodeFunctionData("guard", [mask, level, seconds]));
    for (const feed of feeds) await send(risk.target as string, riskInterface.encodeFunctionData("zeroAddOn", [feed]));
    if (times === 0)
      for (let market = 1; market <= world.scenario.markets.length; market += 1)
        await send(house.target as string, clearingInterface.encodeFunctionData("sunset", [market]));
    note({ level, seconds });
  });
}

async function renounce({ world, errands }: FaultGround, role: bigint): Promise<void> {
  const { address } = world.environment;
  await errands.sendFrom(address, renouncing(world, role, address));
}

function renouncing(world: World, role: bigint, account: string): { to: string; data: string } {
  return { to: authorityOf(world), data: AUTHORITY.encodeFunctionData("renounceRole", [role, account]) };
}

/** The first source of every feed is replaced by one that counts in another unit; what it says is right again in the end. */
function setSource({ with: { multiply } }: Fault<"admin.setSource">, ground: FaultGround): Injection {
  const { world, stacks, errands } = ground;
  const [witness] = world.population.witnesses;
  const wrong = bending(() =>
    stacks.witness.add((below) => (name, feed, real) => {
      const price = below(name, feed, real);
      return price === undefined || name !== witness ? price : scaled(price, multiply);
    }),
  );
  return {
    ...wrong,
    begin: async () => {
      await wrong.begin();
      for (const [feed, { sources }] of world.room.parameters.feeds.entries()) {
        const [source] = sources;
        if (source === undefined) continue;
        const kind = source.kind === "Pyth" ? 1 : 0;
        const terms = { ...source, kind, decimals: 0, usableAt: 0 };
        const data = routerInterface.encodeFunctionData("replaceSource", [feed, 0, terms]);
        await errands.send(world.keyOf(GOVERNOR), { to: world.room.router.target as string, data });
      }
    },
  };
}

function setParameter({ with: given }: Fault<"admin.setParameter">, { world, errands }: FaultGround): Injection {
  const { oracle, registry, risk, parameters } = world.room;
  const call = (multiply: number): { to: unknown; data: string } => {
    if (given.name === "tipBase")
      return {
        to: oracle.target,
        data: oracleInterface.encodeFunctionData("setTipBase", [scaled(parameters.tipBase, multiply)]),
      };
    if (given.name === "minimumBond")
      return {
        to: registry.target,
        data: registryInterface.encodeFunctionData("setMinimumBond", [scaled(parameters.minimumBond, multiply)]),
      };
    const ceiling = scaled(BigInt(parameters.risk.ceilingThousands), multiply);
    return { to: risk.target, data: riskInterface.encodeFunctionData("setCeiling", [ceiling]) };
  };
  const set = async (multiply: number): Promise<void> => {
    const { to, data } = call(multiply);
    await errands.send(world.keyOf(GOVERNOR), { to: to as string, data });
  };
  return { begin: () => set(given.multiply), end: () => set(1) };
}

function scaled(value: bigint, multiply: number): bigint {
  return BigInt(Math.max(1, Math.round(Number(value) * multiply)));
}

function authorityOf({ room }: World): string {
  return room.addresses.get("authority")!;
}
