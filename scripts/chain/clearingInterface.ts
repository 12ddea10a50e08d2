// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { Clearinghouse__factory } from "../../typechain-types/factories/clearing/Clearinghouse__factory.ts";

/** Functions, events and errors of the Clearinghouse and its modules, from the compiled contracts. */
export const clearingInterface: Interface = Clearinghouse__factory.createInterface();
