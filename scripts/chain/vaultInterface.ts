// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { OptionsVault__factory } from "../../typechain-types/factories/vaults/OptionsVault__factory.ts";

/** Functions, events and errors of an options vault, from the compiled contract. */
export const vaultInterface: Interface = OptionsVault__factory.createInterface();
