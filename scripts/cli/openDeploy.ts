// SPDX-License-Identifier: MIT
import { readFile } from "node:fs/promises";

import { JsonRpcProvider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { addressesOf, readBook } from "../../deploy/addressBook.ts";
import type { AddressBook } from "../../deploy/addressBook.ts";
import type { Deployment } from "../../deploy/check/Deployment.ts";
import { withStage } from "../../deploy/modules/localStage.ts";
import { hasMocks, parseParameters, readParameters } from "../../deploy/parameters.ts";
import type { Parameters } from "../../deploy/parameters.ts";
import { BallastError } from "../model/BallastError.ts";
import { useOwnHardhat } from "./useOwnHardhat.ts";

/** What all verbs of `deploy` are told. */
export interface DeployOptions {
  readonly network: string;
  /** Parameters instead of the network's own. */
  readonly parameters?: string;
  /** Node instead of the one of the keystore. */
  readonly rpcUrl?: string;
  /** Folder of journals and address books. */
  readonly folder: string;
  readonly json?: true;
}

/** Hardhat with the project's configuration; loaded late, since it looks for that as soon as it is. */
export async function loadHardhat(): Promise<HardhatRuntimeEnvironment> {
  useOwnHardhat();
  return (await import("hardhat")).default;
}

/** @throws BallastError `parametersInvalid`. */
export async function loadParameters({ network, parameters: file }: DeployOptions): Promise<Parameters> {
  if (file === undefined) return readParameters(network);
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new BallastError("parametersInvalid", `${file} is unreadable: ${cause.message}`, {
      context: { file },
      cause,
    });
  });
  return parseParameters(text, file);
}

/** @throws BallastError `notBuilt` when the contracts were never compiled. */
export async function requireArtifacts(hre: HardhatRuntimeEnvironment): Promise<void> {
  if (await hre.artifacts.artifactExists("Clearinghouse").catch(() => false)) return;
  throw new BallastError("notBuilt", "The contracts are not compiled yet: npm run build");
}

/** Opens a network with its key. */
export function openConnection(
  hre: HardhatRuntimeEnvironment,
  { network, rpcUrl }: DeployOptions,
): Promise<NetworkConnection> {
  const override = rpcUrl === undefined ? {} : { override: { url: rpcUrl } };
  return hre.network.create({ network, ...override }) as Promise<NetworkConnection>;
}

/** Opens a network to look at it: no key is asked for. */
export async function openReader(hre: HardhatRuntimeEnvironment, options: DeployOptions): Promise<JsonRpcProvider> {
  const config = hre.config.networks[options.network];
  const url = options.rpcUrl ?? (config?.type === "http" ? await config.url.getUrl() : undefined);
  if (url === undefined) throw new BallastError("networkUnknown", `${options.network} has no node to be asked`);
  return new JsonRpcProvider(url, undefined, { staticNetwork: true });
}

/** A deployment as its parameters and its address book have it. */
export async function loadDeployment(
  options: DeployOptions,
): Promise<{ readonly book: AddressBook; readonly deployment: Deployment }> {
  const given = await loadParameters(options);
  const book = await readBook(options.folder, given.chain.id);
  const parameters = hasMocks(given) ? withStage(given, new Map(Object.entries(book.mocks))) : given;
  const { deployer, firstBlock } = book;
  return { book, deployment: { parameters, addresses: addressesOf(book), deployer, firstBlock } };
}
