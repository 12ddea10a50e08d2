// SPDX-License-Identifier: MIT
import type { Duty } from "../keepers/Duty.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { LiquidatorDuty } from "../keepers/liquidator/LiquidatorDuty.ts";
import { BallastError } from "../model/BallastError.ts";
import type { KeeperAccess } from "./openKeeper.ts";

/**
 * The duties a configuration names, most urgent first.
 * @throws BallastError `configInvalid` when a contract is missing that one of them works with.
 */
export function buildDuties(config: KeeperConfig, access: KeeperAccess): Duty[] {
  const duties: Duty[] = [];
  if (config.duties.liquidator !== undefined) duties.push(buildLiquidator(config.duties.liquidator, config, access));
  return duties;
}

function buildLiquidator(
  policy: NonNullable<KeeperConfig["duties"]["liquidator"]>,
  { contracts }: KeeperConfig,
  { agreed, index }: KeeperAccess,
): Duty {
  if (index === undefined) throw missing("liquidator", "clearinghouse");
  return new LiquidatorDuty({ agreed, index, house: contracts.clearinghouse! }, policy);
}

function missing(duty: string, contract: keyof KeeperConfig["contracts"]): BallastError {
  return new BallastError("configInvalid", `The duty needs contracts.${contract}`, { context: { duty, contract } });
}
