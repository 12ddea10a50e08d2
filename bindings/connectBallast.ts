// SPDX-License-Identifier: MIT
import type { ContractRunner } from "ethers";

import type { BallastAddresses } from "./addresses.ts";
import {
  AggregatorFacade__factory,
  Clearinghouse__factory,
  FlashLiquidator__factory,
  InsuranceFund__factory,
  InsurerDirectory__factory,
  Lens__factory,
  OptionsVault__factory,
  OptionsVaultFactory__factory,
  PriceOracle__factory,
  RewardPot__factory,
  RiskManager__factory,
  SlashEscrow__factory,
  Slasher__factory,
  ValidatorRegistry__factory,
  VaultLens__factory,
  WitnessRouter__factory,
  WrappedLongFactory__factory,
} from "./generated/contracts.ts";

/** Typed contracts of one deployment; see {@link connectBallast}. */
export type Ballast = ReturnType<typeof connectBallast>;

/**
 * Every contract of a deployment, typed for ethers. Nothing is read or sent by this.
 * @param runner Reads with a provider, sends with a signer; `contract.connect(signer)` makes another.
 */
export function connectBallast(addresses: BallastAddresses, runner: ContractRunner) {
  return {
    addresses,
    clearinghouse: Clearinghouse__factory.connect(addresses.clearinghouse, runner),
    lens: Lens__factory.connect(addresses.lens, runner),
    flashLiquidator: FlashLiquidator__factory.connect(addresses.flashLiquidator, runner),
    wrappedLongFactory: WrappedLongFactory__factory.connect(addresses.wrappedLongFactory, runner),
    priceOracle: PriceOracle__factory.connect(addresses.priceOracle, runner),
    aggregators: addresses.aggregators.map((address) => AggregatorFacade__factory.connect(address, runner)),
    validatorRegistry: ValidatorRegistry__factory.connect(addresses.validatorRegistry, runner),
    witnessRouter: WitnessRouter__factory.connect(addresses.witnessRouter, runner),
    rewardPot: RewardPot__factory.connect(addresses.rewardPot, runner),
    slashEscrow: SlashEscrow__factory.connect(addresses.slashEscrow, runner),
    slasher: Slasher__factory.connect(addresses.slasher, runner),
    riskManager: RiskManager__factory.connect(addresses.riskManager, runner),
    insurerDirectory: InsurerDirectory__factory.connect(addresses.insurerDirectory, runner),
    insuranceFunds: addresses.insuranceFunds.map((address) => InsuranceFund__factory.connect(address, runner)),
    vaultLens: VaultLens__factory.connect(addresses.vaultLens, runner),
    optionsVaultFactory: OptionsVaultFactory__factory.connect(addresses.optionsVaultFactory, runner),
    vaults: addresses.vaults.map((address) => OptionsVault__factory.connect(address, runner)),
  };
}
