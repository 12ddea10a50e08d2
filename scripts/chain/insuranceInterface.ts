// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { InsuranceFund__factory } from "../../typechain-types/factories/vaults/InsuranceFund__factory.ts";

/** Functions, events and errors of an insurance fund, from the compiled contract. */
export const insuranceInterface: Interface = InsuranceFund__factory.createInterface();
