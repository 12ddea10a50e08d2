// SPDX-License-Identifier: MIT
import type { EIP1193Provider, IgnitionModule } from "@nomicfoundation/ignition-core";
import { getAddress, keccak256 } from "ethers";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { BallastError } from "../../scripts/model/BallastError.ts";
import type { AddressBook, Place } from "../addressBook.ts";
import { publicName } from "../contractNames.ts";
import { ballastModule } from "../modules/ballast.ts";
import { FIRST_PRICES, localStageModule, withStage } from "../modules/localStage.ts";
import { isLocalChain } from "../networks.ts";
import { hasMocks } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { blocksOf, journalFolder, readRecord, removeJournal, writeRecord } from "./journal.ts";
import type { DeploymentRecord } from "./journal.ts";
import { namedAddresses } from "./namedAddresses.ts";
import { preflight, requireChain } from "./preflight.ts";
import type { Progress } from "./progressListener.ts";
import { recoverLost } from "./recoverLost.ts";
import { runIgnition } from "./runIgnition.ts";
import type { StandingContract } from "./runIgnition.ts";

/** One deployment on one network. */
export interface DeployOrder {
  readonly hre: HardhatRuntimeEnvironment;
  readonly connection: NetworkConnection;
  /** Name of the network. */
  readonly network: string;
  readonly parameters: Parameters;
  /** Folder of journals and address books. */
  readonly folder: string;
  readonly progress: Progress;
  /** Told what an operator should know. */
  readonly remark: (text: string) => void;
  /** Asked before the first transaction of a deployment; what it throws ends it. */
  readonly confirm: (deployer: string) => Promise<void>;
}

/**
 * Deploys the protocol, or goes on where a broken run stopped.
 * @returns Where everything is.
 * @throws BallastError of the steps: `chainMismatch`, `journalForeign`, `preflightFailed`, `transactionPending`,
 * `parametersChanged`, `deploymentFailed` and others.
 */
export async function deployProtocol(order: DeployOrder): Promise<AddressBook> {
  const { connection, parameters: given, folder, remark } = order;
  const { provider } = connection.ethers;
  await requireChain(provider, given);
  const deployer = await deployerOf(connection);
  const journal = journalFolder(folder, given.chain.id);
  const record = await begun(order, provider, deployer, journal);
  const isBegun = record !== undefined;
  if (!hasMocks(given)) for (const text of await preflight(provider, given, deployer, isBegun)) remark(text);
  if (!isBegun) await order.confirm(deployer);
  const { startedAt } = record ?? (await begin(order, provider, deployer, journal));

  const { confirmations } = given.chain;
  const recovery = { provider, requests: connection.provider as EIP1193Provider, deployer, confirmations };
  for (const text of await recoverLost(journal, recovery)) remark(text);
  const run = (module: IgnitionModule): Promise<ReadonlyMap<string, StandingContract>> =>
    runIgnition(module, { hre: order.hre, connection, folder: journal, confirmations, progress: order.progress });

  let [parameters, mocks]: [Parameters, ReadonlyMap<string, string>] = [given, new Map<string, string>()];
  if (hasMocks(given)) {
    const stage = localStageModule(given, { prices: FIRST_PRICES, observedAt: BigInt(startedAt) });
    mocks = namedAddresses(stage, await run(stage));
    parameters = withStage(given, mocks);
  }
  const module = ballastModule(parameters);
  const standing = await run(module);
  const blocks = await blocksOf(journal);
  const places = await placesOf(provider, module, standing, blocks);
  return {
    network: order.network,
    chainId: given.chain.id,
    deployer,
    firstBlock: Math.min(...blocks.values()),
    ...places,
    mocks: Object.fromEntries(mocks),
  };
}

/** @throws BallastError `accountMissing`. */
async function deployerOf({ provider }: NetworkConnection): Promise<string> {
  const [account] = (await provider.request({ method: "eth_accounts" })) as string[];
  if (account === undefined) throw new BallastError("accountMissing", "The network has no account to deploy from");
  return getAddress(account);
}

/** What was begun on this very chain. @throws BallastError `journalForeign`, `deployerChanged`. */
async function begun(
  { network, parameters, remark }: DeployOrder,
  provider: Provider,
  deployer: string,
  journal: string,
): Promise<DeploymentRecord | undefined> {
  const record = await readRecord(journal);
  if (record === undefined) return undefined;
  const genesis = (await provider.getBlock(0))?.hash;
  if (record.genesis !== genesis) {
    if (!isLocalChain(parameters.chain.id))
      throw new BallastError("journalForeign", `${journal} is of another chain with the id of ${network}`, {
        context: { journal, begunOn: record.genesis, given: genesis },
      });
    remark("The local chain is new: what was deployed on the one before is forgotten.");
    await removeJournal(journal);
    return undefined;
  }
  if (record.deployer !== deployer)
    throw new BallastError("deployerChanged", `Begun by ${record.deployer}, and only that account can go on`, {
      context: { begunBy: record.deployer, given: deployer },
    });
  return record;
}

async function begin(
  { network }: DeployOrder,
  provider: Provider,
  deployer: string,
  journal: string,
): Promise<DeploymentRecord> {
  const [first, latest] = await Promise.all([provider.getBlock(0), provider.getBlock("latest")]);
  const record = { network, genesis: first!.hash!, deployer, startedAt: latest!.timestamp };
  await writeRecord(journal, record);
  return record;
}

/** Contracts by their public names, and libraries by their own. */
async function placesOf(
  provider: Provider,
  { results }: IgnitionModule,
  standing: ReadonlyMap<string, StandingContract>,
  blocks: ReadonlyMap<string, number>,
): Promise<Pick<AddressBook, "contracts" | "libraries">> {
  const names = new Map(Object.entries(results).map(([name, { id }]) => [id, name]));
  const [contracts, libraries]: Record<string, Place>[] = [{}, {}];
  for (const { future, contract, address } of standing.values()) {
    const name = names.get(future);
    const codeHash = keccak256(await provider.getCode(address));
    const place = { contract, address, block: blocks.get(creationOf(future)) ?? 0, codeHash };
    if (name !== undefined) contracts![publicName(name)] = place;
    else if (!future.includes("#Collateral")) libraries![future.replace(/^.*#/, "")] = place;
  }
  return { contracts: contracts!, libraries: libraries! };
}

/** Vaults are made by a call. */
function creationOf(future: string): string {
  return future.replace(/#(?=OptionsVault\d)/, "#Create");
}
