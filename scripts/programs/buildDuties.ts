// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { clearingInterface } from "../chain/clearingInterface.ts";
import { ContractReader } from "../chain/ContractReader.ts";
import { oracleInterface } from "../chain/oracleInterface.ts";
import { registryInterface } from "../chain/registryInterface.ts";
import { riskInterface } from "../chain/riskInterface.ts";
import { routerInterface } from "../chain/routerInterface.ts";
import { BreakerDuty } from "../keepers/breaker/BreakerDuty.ts";
import type { Duty } from "../keepers/Duty.ts";
import { EpochsDuty } from "../keepers/epochs/EpochsDuty.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import { LiquidatorDuty } from "../keepers/liquidator/LiquidatorDuty.ts";
import type { FlashParts } from "../keepers/liquidator/LiquidatorDuty.ts";
import { PacedDuty } from "../keepers/PacedDuty.ts";
import { RollerDuty } from "../keepers/roller/RollerDuty.ts";
import { SettlerDuty } from "../keepers/settler/SettlerDuty.ts";
import { SlasherDuty } from "../keepers/slasher/SlasherDuty.ts";
import { clearingDomain } from "../model/clearing/quoteTypedData.ts";
import { fetchQuotes } from "../trade/fetchQuotes.ts";
import type { KeeperAccess } from "./KeeperAccess.ts";

/** What duties are built of; a key is not among it. */
export type DutyAccess = Pick<
  KeeperAccess,
  "agreed" | "oracle" | "transport" | "log" | "memory" | "index" | "registry"
>;

/** A board that takes longer is done without. */
const BOARD_TIMEOUT_MS = 2_000;

/** The duties a configuration names, most urgent first. Its shape has made sure that no contract they need is missing. */
export function buildDuties(config: Pick<KeeperConfig, "chain" | "contracts" | "duties">, access: DutyAccess): Duty[] {
  const { agreed, transport, log, index, memory } = access;
  const { domain } = access.oracle;
  const { contracts, duties } = config;
  const at = (address: string, code: Interface): ContractReader => new ContractReader(agreed, address, code);
  const oracle = at(config.chain.oracle, oracleInterface);
  const { breaker, liquidator, settler, slasher, epochs, roller } = duties;
  const router = contracts.witnessRouter === undefined ? undefined : at(contracts.witnessRouter, routerInterface);
  const built: Duty[] = [];

  if (breaker !== undefined) {
    const risk = at(contracts.riskManager!, riskInterface);
    const registry = at(contracts.validatorRegistry!, registryInterface);
    const seen = breaker.witnesses ? router : undefined;
    built.push(new BreakerDuty({ agreed, oracle, risk, registry, router: seen }, breaker));
  }
  if (liquidator !== undefined) {
    const house = contracts.clearinghouse!;
    const flash = flashParts(config, access);
    built.push(new LiquidatorDuty({ agreed, index: index!, house, ...(flash && { flash }) }, liquidator));
  }
  if (settler !== undefined) {
    const house = at(contracts.clearinghouse!, clearingInterface);
    built.push(new SettlerDuty({ agreed, index: index!, house, oracle, router }, settler));
  }
  if (slasher !== undefined) {
    const parts = { agreed, transport, log, memory, registry: access.registry, domain };
    built.push(new SlasherDuty({ ...parts, slasher: contracts.slasher! }, slasher));
  }
  if (epochs !== undefined) {
    const registry = at(contracts.validatorRegistry!, registryInterface);
    const duty = new EpochsDuty({ agreed, oracle, registry, domain, transport, log }, epochs);
    built.push(new PacedDuty(duty, BigInt(epochs.everyMs)));
  }
  if (roller !== undefined) built.push(new RollerDuty(agreed, roller));
  return built;
}

/** Boards and contract with which taken books are closed at once, where the liquidator is to. */
function flashParts(
  { contracts, duties, chain }: Pick<KeeperConfig, "chain" | "contracts" | "duties">,
  { transport, log, agreed }: DutyAccess,
): FlashParts | undefined {
  const boards = duties.liquidator?.flash?.boards;
  if (boards === undefined) return undefined;
  const domain = clearingDomain(chain.chainId, contracts.clearinghouse!);
  const now = async (): Promise<bigint> => (await agreed.head()).timestamp;
  const access = { transport, boards, timeoutMs: BOARD_TIMEOUT_MS, domain, log, now };
  return { contract: contracts.flashLiquidator!, offers: (market, expiry) => fetchQuotes(access, market, expiry) };
}
