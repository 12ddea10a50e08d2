// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { OptionsVaultFactory__factory } from "../../typechain-types/factories/vaults/OptionsVaultFactory__factory.ts";

/** Functions, events and errors of the factory of options vaults, from the compiled contract. */
export const vaultFactoryInterface: Interface = OptionsVaultFactory__factory.createInterface();
