// SPDX-License-Identifier: MIT
import { DOMAINS, DOUBLE_VOTER, LIAR, SILENT, STANDBYS } from "./DemoPlan.ts";
import type { LossRecord, ValidatorRecord } from "./DemoRecord.ts";
import type { DemoStage } from "./DemoStage.ts";
import { BOND_TOKENS } from "./enroll.ts";

const FAULTS = ["equivocation", "deviation", "future dating", "downtime", "capture"] as const;
const STATES = ["none", "standby", "active", "jailed", "exiting", "tombstoned"] as const;
const FAULT_SHIFT = 96n;

/** Every cut of a bond since `fromBlock`, with the fault it was for. */
export async function readLosses(stage: DemoStage, fromBlock: number, startMs: bigint): Promise<LossRecord[]> {
  const { registry } = stage.room;
  const events = await registry.queryFilter(registry.filters.BondSlashed(), fromBlock);
  return Promise.all(
    events.map(async (event) => {
      const block = await event.getBlock();
      return {
        at: block.timestamp - Number(startMs / 1000n),
        validator: nameOf(stage, event.args.validatorId),
        fault: await faultOf(stage, event.transactionHash, event.args.validatorId),
        amount: event.args.amount,
      };
    }),
  );
}

/** The slasher names its case in the same transaction; a cut without one is for downtime. */
async function faultOf(stage: DemoStage, hash: string, validatorId: bigint): Promise<string> {
  const { slasher } = stage.room;
  const receipt = await stage.chain.provider.getTransactionReceipt(hash);
  for (const log of receipt?.logs ?? []) {
    if (log.address !== slasher.target) continue;
    const parsed = slasher.interface.parseLog(log);
    if (parsed?.args["validatorId"] !== validatorId) continue;
    const fault = FAULTS[Number((parsed!.args["caseId"] as bigint) >> FAULT_SHIFT)] ?? "unknown";
    return parsed!.name === "CaseFinalized" ? `${fault}, correlated part` : fault;
  }
  return "downtime";
}

/** Every validator as it stands. */
export async function readValidators(
  stage: DemoStage,
  statesAtClose: ReadonlyMap<string, string>,
): Promise<ValidatorRecord[]> {
  const { registry, token } = stage.room;
  const bondBefore = BOND_TOKENS * 10n ** (await token.decimals());
  const names = [...stage.ids.keys()];
  return Promise.all(
    names.map(async (name) => {
      const { bond, frozen, state, domain, withdrawal } = await registry.validator(stage.ids.get(name)!);
      return {
        name,
        role: roleOf(name),
        domain: DOMAINS[Number(domain)] ?? "elsewhere",
        bondBefore,
        bondAfter: bond,
        frozenAfter: frozen,
        stateAtEpochClose: statesAtClose.get(name) ?? "unknown",
        stateAtEnd: STATES[Number(state)] ?? "unknown",
        rewards: await token.balanceOf(withdrawal),
      };
    }),
  );
}

/** Tokens that registry and escrow hold beyond what they owe, or owe beyond what they hold. */
export async function unaccountedTokens(stage: DemoStage): Promise<bigint> {
  const { registry, escrow, token, slasher } = stage.room;
  const bonds = await Promise.all([...stage.ids.values()].map(async (id) => (await registry.validator(id)).bond));
  const owed = bonds.reduce((sum, bond) => sum + bond, 0n);
  const slashes = await escrow.queryFilter(escrow.filters.Slashed());
  let waiting = await escrow.bountyOf(await stage.bystander.getAddress());
  for (const day of new Set(slashes.map(({ args }) => args.day))) waiting += await escrow.batchOf(day);
  const held = (await token.balanceOf(registry.target)) + (await token.balanceOf(escrow.target));
  return held - owed - waiting + (await token.balanceOf(slasher.target));
}

function roleOf(name: string): ValidatorRecord["role"] {
  if (name === SILENT) return "silent";
  if (name === LIAR) return "liar";
  if (name === DOUBLE_VOTER) return "double voter";
  return (STANDBYS as readonly string[]).includes(name) ? "standby" : "honest";
}

function nameOf(stage: DemoStage, id: bigint): string {
  return [...stage.ids].find(([, known]) => known === id)?.[0] ?? `validator ${id}`;
}
