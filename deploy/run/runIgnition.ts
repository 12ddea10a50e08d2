// SPDX-License-Identifier: MIT
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { deploy, DeploymentResultType, wipe } from "@nomicfoundation/ignition-core";
import type { DeploymentResult, ExecutionEventListener, IgnitionModule } from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { BallastError } from "../../scripts/model/BallastError.ts";
import { progressListener } from "./progressListener.ts";
import type { Progress } from "./progressListener.ts";

/** A contract that stands. */
export interface StandingContract {
  /** Ignition's name. */
  readonly future: string;
  readonly contract: string;
  readonly address: string;
}

/** Where and how to deploy. */
export interface IgnitionRun {
  readonly hre: Pick<HardhatRuntimeEnvironment, "artifacts">;
  readonly connection: NetworkConnection;
  /** Folder of the journal; none for a chain that ends with this process. */
  readonly folder?: string;
  readonly confirmations: number;
  readonly progress: Progress;
}

/** A chain that mines at once is asked so often, milliseconds; others are asked once a second. */
const LOCAL_PACE_MS = 20;

/**
 * Executes a module, or what of it is left to do.
 * @returns Everything that stands afterwards, libraries too, by Ignition's names.
 * @throws BallastError `parametersChanged`, `deploymentFailed`, `moduleInvalid`.
 */
export async function runIgnition(
  module: IgnitionModule,
  run: IgnitionRun,
): Promise<ReadonlyMap<string, StandingContract>> {
  const resolver = new HardhatArtifactResolver(run.hre.artifacts);
  const { provider } = run.connection;
  const accounts = (await provider.request({ method: "eth_accounts" })) as string[];
  const isLocal = await minesAtOnce(run.connection);
  const execute = (): Promise<DeploymentResult> =>
    deploy({
      ignitionModule: module,
      artifactResolver: resolver,
      provider,
      accounts,
      deploymentParameters: {},
      ...(run.folder !== undefined && { deploymentDir: run.folder }),
      config: isLocal ? { blockPollingInterval: LOCAL_PACE_MS } : { requiredConfirmations: run.confirmations },
      executionEventListener: progressListener(run.progress) as ExecutionEventListener,
    });

  let result = await execute();
  if (result.type === DeploymentResultType.PREVIOUS_RUN_ERROR && run.folder !== undefined) {
    // What failed had no effect on the chain, so it may be tried again.
    for (const future of Object.keys(result.errors)) await wipe(run.folder, resolver, future);
    result = await execute();
  }
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) throw failureOf(result);
  const standing = Object.values(result.contracts);
  return new Map(
    standing.map(({ id, contractName, address }) => [id, { future: id, contract: contractName, address }]),
  );
}

async function minesAtOnce({ provider }: NetworkConnection): Promise<boolean> {
  return provider.request({ method: "hardhat_getAutomine" }).then(Boolean, () => false);
}

function failureOf(
  result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>,
): BallastError {
  if (result.type === DeploymentResultType.EXECUTION_ERROR) {
    const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
    const late = result.timedOut.map(({ futureId }) => `${futureId}: not mined in time, whatever was paid`);
    return new BallastError("deploymentFailed", [...failed, ...late].join("; "), {
      context: { failed: result.failed.length, late: result.timedOut.length, done: result.successful.length },
      retriable: failed.length === 0,
    });
  }
  const reasons = Object.entries(result.errors).map(([future, errors]) => `${future}: ${errors.join(", ")}`);
  if (result.type === DeploymentResultType.RECONCILIATION_ERROR)
    return new BallastError(
      "parametersChanged",
      `What stands already was deployed with other parameters or sources: ${reasons.join("; ")}`,
      { context: { futures: Object.keys(result.errors).join() } },
    );
  const code = result.type === DeploymentResultType.PREVIOUS_RUN_ERROR ? "deploymentFailed" : "moduleInvalid";
  return new BallastError(code, reasons.join("; "));
}
