// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { PriceOracle__factory } from "../../typechain-types/factories/oracle/PriceOracle__factory.ts";

/** Functions, events and errors of the oracle, from the compiled contract. */
export const oracleInterface: Interface = PriceOracle__factory.createInterface();
