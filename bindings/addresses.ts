// SPDX-License-Identifier: MIT
import { BallastError } from "../scripts/model/BallastError.ts";
import { deployments } from "./generated/deployments.ts";

/** As viem types it; ethers takes it as text. */
export type Address = `0x${string}`;

/** Where the contracts of one deployment are. */
export interface BallastAddresses {
  readonly clearinghouse: Address;
  readonly lens: Address;
  readonly flashLiquidator: Address;
  readonly wrappedLongFactory: Address;
  readonly priceOracle: Address;
  /** AggregatorV3 faces of the oracle's feeds, by slot. */
  readonly aggregators: readonly Address[];
  readonly validatorRegistry: Address;
  readonly witnessRouter: Address;
  readonly rewardPot: Address;
  readonly slashEscrow: Address;
  readonly slasher: Address;
  readonly riskManager: Address;
  readonly insurerDirectory: Address;
  /** In the order of the markets they insure; one that has none ends the list. */
  readonly insuranceFunds: readonly Address[];
  readonly vaultLens: Address;
  readonly optionsVaultFactory: Address;
  /** Vaults that were there from the start; the factory names later ones. */
  readonly vaults: readonly Address[];
}

/** What deploying leaves of a deployment, as far as it is read here: `deploy/addresses/<chain id>.json`. */
export interface AddressBook {
  /** By name; those that are several have a number behind it, from 0. */
  readonly contracts: Readonly<Record<string, { readonly address: string }>>;
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const BOOKS: Readonly<Record<string, AddressBook>> = deployments;

/** Chains on which there is a deployment that this package knows. */
export const DEPLOYED_CHAINS: readonly bigint[] = Object.keys(BOOKS).map(BigInt);

/** Addresses of the deployment on a chain. @throws BallastError `notDeployed` on a chain without one. */
export function addressesOn(chainId: bigint): BallastAddresses {
  const book = BOOKS[String(chainId)];
  if (book !== undefined) return addressesFrom(book);
  throw new BallastError("notDeployed", `This package knows no deployment on chain ${chainId}`, {
    context: { chainId, known: DEPLOYED_CHAINS.join(", ") },
  });
}

/** Addresses of a deployment of one's own. @throws BallastError `addressMissing` when one is not there or no address. */
export function addressesFrom({ contracts }: AddressBook): BallastAddresses {
  const one = (name: string): Address => {
    const address = contracts[name]?.address;
    if (address !== undefined && ADDRESS.test(address)) return address as Address;
    throw new BallastError("addressMissing", `The deployment has no ${name}`, { context: { name, address } });
  };
  const several = (name: string): Address[] => {
    const found: Address[] = [];
    while (`${name}${found.length}` in contracts) found.push(one(`${name}${found.length}`));
    return found;
  };
  return {
    clearinghouse: one("clearinghouse"),
    lens: one("lens"),
    flashLiquidator: one("flashLiquidator"),
    wrappedLongFactory: one("wrappedLongFactory"),
    priceOracle: one("priceOracle"),
    aggregators: several("aggregatorFacade"),
    validatorRegistry: one("validatorRegistry"),
    witnessRouter: one("witnessRouter"),
    rewardPot: one("rewardPot"),
    slashEscrow: one("slashEscrow"),
    slasher: one("slasher"),
    riskManager: one("riskManager"),
    insurerDirectory: one("insurerDirectory"),
    insuranceFunds: several("insuranceFund"),
    vaultLens: one("vaultLens"),
    optionsVaultFactory: one("optionsVaultFactory"),
    vaults: several("optionsVault"),
  };
}
