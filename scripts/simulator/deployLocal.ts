// SPDX-License-Identifier: MIT
import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { BaseContract, JsonRpcProvider, Provider } from "ethers";
import { config, network } from "hardhat";

import { ballastModule } from "../../deploy/modules/ballast.ts";
import { OptionsVault__factory } from "../../typechain-types/factories/vaults/OptionsVault__factory.ts";
import { collateralName, localStageModule, withStage } from "../../deploy/modules/localStage.ts";
import type { FirstAnswers } from "../../deploy/modules/localStage.ts";
import { readParameters, vaultName } from "../../deploy/parameters.ts";
import type { Parameters } from "../../deploy/parameters.ts";
import { verifyDeployment } from "../../deploy/verifyDeployment.ts";
import { Clearinghouse__factory } from "../../typechain-types/factories/clearing/Clearinghouse__factory.ts";
import { MockAggregator__factory } from "../../typechain-types/factories/mocks/MockAggregator__factory.ts";
import { MockToken__factory } from "../../typechain-types/factories/mocks/MockToken__factory.ts";
import { PriceOracle__factory } from "../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import { RewardPot__factory } from "../../typechain-types/factories/oracle/RewardPot__factory.ts";
import { SlashEscrow__factory } from "../../typechain-types/factories/oracle/SlashEscrow__factory.ts";
import { Slasher__factory } from "../../typechain-types/factories/oracle/Slasher__factory.ts";
import { ValidatorRegistry__factory } from "../../typechain-types/factories/oracle/ValidatorRegistry__factory.ts";
import { RiskManager__factory } from "../../typechain-types/factories/risk/RiskManager__factory.ts";
import { WitnessRouter__factory } from "../../typechain-types/factories/oracle/WitnessRouter__factory.ts";
import type { Clearinghouse } from "../../typechain-types/clearing/Clearinghouse.ts";
import type { MockAggregator } from "../../typechain-types/mocks/MockAggregator.ts";
import type { MockToken } from "../../typechain-types/mocks/MockToken.ts";
import type { PriceOracle } from "../../typechain-types/oracle/PriceOracle.ts";
import type { RewardPot } from "../../typechain-types/oracle/RewardPot.ts";
import type { SlashEscrow } from "../../typechain-types/oracle/SlashEscrow.ts";
import type { Slasher } from "../../typechain-types/oracle/Slasher.ts";
import type { ValidatorRegistry } from "../../typechain-types/oracle/ValidatorRegistry.ts";
import type { RiskManager } from "../../typechain-types/risk/RiskManager.ts";
import type { OptionsVault } from "../../typechain-types/vaults/OptionsVault.ts";
import type { WitnessRouter } from "../../typechain-types/oracle/WitnessRouter.ts";
import { BallastError } from "../model/BallastError.ts";

/** A connection of Hardhat, whatever is behind it. */
type Connection = Awaited<ReturnType<typeof network.create>>;

const deploymentId = `local-${process.pid}`;
const OVER_HTTP = "local";
/** A local node has mined before it is asked: nothing is gained by waiting long between two questions. */
const LOCAL_PACE = { blockPollingInterval: 20 };

/** The deployed protocol, read through one provider. */
export interface LocalRoom {
  readonly parameters: Parameters;
  readonly token: MockToken;
  /** Mock witnesses by feed. */
  readonly witnesses: readonly (readonly MockAggregator[])[];
  readonly oracle: PriceOracle;
  readonly registry: ValidatorRegistry;
  readonly pot: RewardPot;
  readonly escrow: SlashEscrow;
  readonly router: WitnessRouter;
  readonly slasher: Slasher;
  readonly risk: RiskManager;
  readonly house: Clearinghouse;
  /** Collateral by market; the first market is number 1. */
  readonly collaterals: readonly MockToken[];
  /** Options vaults in the order of the parameters. */
  readonly vaults: readonly OptionsVault[];
  /** Everything that was deployed, by its name in the deployment. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Deploys mocks and then the protocol with Ignition, over HTTP, with the parameters of the local network, and reads back what
 * stands there. @throws BallastError `deploymentWrong`.
 */
export async function deployLocal(
  rpcUrl: string,
  provider: JsonRpcProvider,
  firstPrices: readonly bigint[],
): Promise<LocalRoom> {
  const connection = await network.create({ network: OVER_HTTP, override: { url: rpcUrl } });
  try {
    return await deployRoom(connection, provider, readParameters("local"), firstPrices);
  } finally {
    await connection.close();
  }
}

/**
 * The same through a connection that is there, with any parameters.
 * @param provider Through which it will be read. @throws BallastError `deploymentWrong`.
 */
export async function deployRoom(
  connection: Connection,
  provider: Provider,
  given: Parameters,
  firstPrices: readonly bigint[],
): Promise<LocalRoom> {
  const { parameters, places, room } = await deployModules(connection, given, {
    prices: firstPrices,
    observedAt: BigInt((await provider.getBlock("latest"))!.timestamp),
  });
  const at = (name: string): string => room.get(name)!;
  const [deployer] = await connection.ethers.getSigners();
  const findings = await verifyDeployment(provider, { parameters, addresses: room, deployer: deployer!.address });
  if (findings.length !== 0) throw new BallastError("deploymentWrong", findings.join("; "));

  return {
    parameters,
    token: MockToken__factory.connect(parameters.bondToken, provider),
    witnesses: parameters.feeds.map(({ sources }) =>
      sources.map(({ target }) => MockAggregator__factory.connect(target, provider)),
    ),
    oracle: PriceOracle__factory.connect(at("oracle"), provider),
    registry: ValidatorRegistry__factory.connect(at("registry"), provider),
    pot: RewardPot__factory.connect(at("pot"), provider),
    escrow: SlashEscrow__factory.connect(at("escrow"), provider),
    router: WitnessRouter__factory.connect(at("router"), provider),
    slasher: Slasher__factory.connect(at("slasher"), provider),
    risk: RiskManager__factory.connect(at("risk"), provider),
    house: Clearinghouse__factory.connect(at("house"), provider),
    collaterals: parameters.clearing.markets.map((_, index) =>
      MockToken__factory.connect(places.get(collateralName(index))!, provider),
    ),
    vaults: parameters.vaults.map((_, index) => OptionsVault__factory.connect(at(vaultName(index)), provider)),
    addresses: room,
  };
}

/** What Ignition deployed: parameters with the places of the mocks, those places, and the protocol's. */
interface Deployed {
  readonly parameters: Parameters;
  readonly places: ReadonlyMap<string, string>;
  readonly room: ReadonlyMap<string, string>;
}

async function deployModules(connection: Connection, given: Parameters, first: FirstAnswers): Promise<Deployed> {
  const isKept = connection.networkName === OVER_HTTP; // of a chain in this process nothing is
  const options = isKept ? { deploymentId, config: LOCAL_PACE } : {};
  if (isKept) await forgetDeployment();
  try {
    const places = await addressesOf(await connection.ignition.deploy(localStageModule(given, first), options));
    const parameters = withStage(given, places);
    const room = await addressesOf(await connection.ignition.deploy(ballastModule(parameters), options));
    return { parameters, places, room };
  } finally {
    if (isKept) await forgetDeployment();
  }
}

/** Removes Ignition's memory of what it deployed over HTTP: this chain ends with the process. */
export async function forgetDeployment(): Promise<void> {
  await rm(join(config.paths.ignition, "deployments", deploymentId), { recursive: true, force: true });
}

async function addressesOf(contracts: object): Promise<Map<string, string>> {
  const entries = Object.entries(contracts) as [string, BaseContract][];
  return new Map(await Promise.all(entries.map(async ([name, it]) => [name, await it.getAddress()] as const)));
}
