// SPDX-License-Identifier: MIT
import { HeadAge } from "../chain/HeadAge.ts";
import { LoopProgress } from "../chain/LoopProgress.ts";
import type { Duty } from "../keepers/Duty.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { buildDuties } from "../programs/buildDuties.ts";
import { buildKeeper } from "../programs/buildKeeper.ts";
import { openKeeper } from "./openKeeper.ts";
import { oracleFacts } from "../programs/openOracle.ts";
import type { ProgramContext } from "./runProgram.ts";
import { serveKeeper } from "./serveKeeper.ts";

/** Builds and runs a keeper until it is told to stop. */
export async function runKeeper(context: ProgramContext<KeeperConfig>): Promise<void> {
  const { config } = context;
  const progress = new LoopProgress(BigInt(config.policy.pollMs));
  const access = await openKeeper(context, progress);
  try {
    const duties = buildDuties(config, access);
    const { clock, signer } = access;
    const headAge = new HeadAge(progress.registry, config.chain.maximumHeadAgeMs);
    const { node } = buildKeeper(context, access, duties, headAge);
    const facts = { address: signer.address, duties: namesOf(duties) };
    await serveKeeper(context, { program: "keeper", facts, node, clock, progress, headAge });
  } finally {
    access.close();
  }
}

/** Whether a keeper would start, with which key, for which duties, and how much it has to pay for gas. */
export async function checkKeeper(context: ProgramContext<KeeperConfig>): Promise<Record<string, string>> {
  const access = await openKeeper(context, new LoopProgress(BigInt(context.config.policy.pollMs)));
  try {
    const { chain, signer, oracle } = access;
    const duties = namesOf(buildDuties(context.config, access));
    const balanceWei = `${await chain.balance(signer.address)}`;
    return { address: signer.address, balanceWei, duties, ...(await oracleFacts(oracle)) };
  } finally {
    access.close();
  }
}

function namesOf(duties: readonly Duty[]): string {
  return duties.map(({ name }) => name).join(", ");
}
