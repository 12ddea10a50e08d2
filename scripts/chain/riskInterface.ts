// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { RiskManager__factory } from "../../typechain-types/factories/risk/RiskManager__factory.ts";

/** Functions, events and errors of the risk manager, from the compiled contract. */
export const riskInterface: Interface = RiskManager__factory.createInterface();
