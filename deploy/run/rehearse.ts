// SPDX-License-Identifier: MIT
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { CHECKS } from "../verifyDeployment.ts";
import { ballastModule } from "../modules/ballast.ts";
import { FIRST_PRICES, localStageModule, withStage } from "../modules/localStage.ts";
import { hasMocks } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { namedAddresses } from "./namedAddresses.ts";
import { runIgnition } from "./runIgnition.ts";
import type { StandingContract } from "./runIgnition.ts";
import { openRehearsal, standIn } from "./standIns.ts";

/** One transaction of a deployment. */
export interface PlannedStep {
  /** Ignition's name. */
  readonly future: string;
  readonly gas: bigint;
  /** What it creates: the contract in the sources, and the size of its code in bytes. */
  readonly creates?: { readonly contract: string; readonly bytes: number };
}

/** What a deployment will do. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly gas: bigint;
  /** What would not be as it should be afterwards. */
  readonly findings: readonly string[];
}

/** Needs the network's own system contracts, which no double has. */
const NOT_REHEARSED = new Set(["anchor"]);

/** Deploys everything on a chain of this process, with doubles of what the network has, and reads it back. */
export async function rehearse(hre: HardhatRuntimeEnvironment, given: Parameters): Promise<Plan> {
  const connection = await openRehearsal(hre, given);
  try {
    const { ethers } = connection;
    const steps: PlannedStep[] = [];
    const sent: { future: string; transaction: string }[] = [];
    const run = {
      hre,
      connection,
      confirmations: 1,
      progress: ({ future, transaction }: { future: string; transaction?: string }): void => {
        if (transaction !== undefined) sent.push({ future, transaction });
      },
    };

    let parameters = given;
    let mocks: ReadonlyMap<string, StandingContract> = new Map();
    if (hasMocks(given)) {
      const { timestamp } = (await ethers.provider.getBlock("latest"))!;
      const stage = localStageModule(given, { prices: FIRST_PRICES, observedAt: BigInt(timestamp) });
      mocks = await runIgnition(stage, run);
      parameters = withStage(given, namedAddresses(stage, mocks));
    } else await standIn(ethers, given);
    const module = ballastModule(parameters);
    const standing = await runIgnition(module, run);

    for (const { future, transaction } of sent) {
      const { gasUsed: gas } = (await ethers.provider.getTransactionReceipt(transaction))!;
      const contract = standing.get(future) ?? mocks.get(future);
      if (contract === undefined) steps.push({ future, gas });
      else {
        const bytes = ((await ethers.provider.getCode(contract.address)).length - 2) / 2;
        steps.push({ future, gas, creates: { contract: contract.contract, bytes } });
      }
    }
    const [deployer] = await ethers.getSigners();
    const deployment = { parameters, addresses: namedAddresses(module, standing), deployer: deployer!.address };
    const findings: string[] = [];
    for (const [name, check] of CHECKS)
      if (!NOT_REHEARSED.has(name)) findings.push(...(await check(ethers.provider, deployment)));
    return { steps, gas: steps.reduce((sum, { gas }) => sum + gas, 0n), findings };
  } finally {
    await connection.close();
  }
}
