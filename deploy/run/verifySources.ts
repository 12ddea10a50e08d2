// SPDX-License-Identifier: MIT
import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import { getVerificationInformation } from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import type { AddressBook } from "../addressBook.ts";
import { publicName } from "../contractNames.ts";
import { vaultName, vaultTerms } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";

/** An explorer. */
export interface Explorer {
  readonly provider: "etherscan" | "blockscout";
  /** Its API, where that is not the one that Hardhat knows. */
  readonly apiUrl?: string;
}

/** One contract as an explorer is asked to show its sources. */
export interface SourceClaim {
  /** Name in the address book. */
  readonly name: string;
  readonly address: string;
  /** Source file and contract. */
  readonly contract: string;
  readonly constructorArgs: unknown[];
  readonly libraries: Record<string, string>;
  readonly creationTxHash?: string;
}

const VAULT = "contracts/vaults/OptionsVault.sol:OptionsVault";
const VAULT_LIBRARIES = ["VaultMarket", "VaultMetadata"];

/**
 * Every contract of ours, with what its creation was given: from the journal, and the vaults, which the factory creates. The
 * authority and the timelock come compiled from their publisher; explorers know them by their code.
 */
export async function sourceClaims(
  journal: string,
  book: AddressBook,
  parameters: Parameters,
): Promise<readonly SourceClaim[]> {
  const places = [...Object.entries(book.contracts), ...Object.entries(book.libraries)];
  const nameOf = new Map(places.map(([name, { address }]) => [address, name]));
  const claims: SourceClaim[] = [];
  for await (const known of getVerificationInformation(journal)) {
    if (typeof known === "string" || !known.contract.startsWith("contracts/") || isPublished(known.contract)) continue;
    const name = nameOf.get(known.address);
    if (name === undefined) continue; // a mock
    const { creationTxHash } = known;
    claims.push({ ...known, name, ...(creationTxHash !== undefined && { creationTxHash }) });
  }
  parameters.vaults.forEach((vault, index) => {
    const name = publicName(vaultName(index));
    claims.push({
      name,
      address: book.contracts[name]!.address,
      contract: VAULT,
      constructorArgs: [book.contracts["clearinghouse"]!.address, vaultTerms(vault)],
      libraries: Object.fromEntries(VAULT_LIBRARIES.map((library) => [library, book.libraries[library]!.address])),
    });
  });
  return claims;
}

/** OpenZeppelin's own sources lie in a folder of the same name. */
function isPublished(contract: string): boolean {
  return contract.startsWith("contracts/access/") || contract.startsWith("contracts/governance/");
}

/** Where to verify: on which network, at which explorer. */
export interface VerificationPlace {
  readonly hre: HardhatRuntimeEnvironment;
  readonly connection: NetworkConnection;
  readonly chainId: number;
  readonly explorer: Explorer;
}

/**
 * Has an explorer show the sources of a contract; what it shows already stays as it is.
 * @returns What went wrong; nothing where the sources are shown.
 */
export async function verifySource(claim: SourceClaim, place: VerificationPlace): Promise<string | undefined> {
  const { name: _, ...given } = claim;
  return verifyContract({ ...given, provider: place.explorer.provider }, environmentOf(place)).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** Hardhat as `verifyContract` uses it: its default network is the one meant, its explorer too. */
function environmentOf({ hre, connection, chainId, explorer }: VerificationPlace): HardhatRuntimeEnvironment {
  const chainDescriptors = new Map(hre.config.chainDescriptors);
  const { apiUrl, provider } = explorer;
  if (apiUrl !== undefined) {
    const known = chainDescriptors.get(BigInt(chainId));
    const site = { name: provider, url: new URL(apiUrl).origin, apiUrl };
    chainDescriptors.set(BigInt(chainId), {
      name: known?.name ?? `chain ${chainId}`,
      chainType: known?.chainType ?? "generic",
      blockExplorers: { ...known?.blockExplorers, [provider]: site },
      ...(known?.hardforkHistory !== undefined && { hardforkHistory: known.hardforkHistory }),
    });
  }
  return Object.assign(Object.create(hre) as HardhatRuntimeEnvironment, {
    config: { ...hre.config, chainDescriptors },
    network: Object.assign(Object.create(hre.network) as HardhatRuntimeEnvironment["network"], {
      create: async () => connection,
    }),
  });
}
