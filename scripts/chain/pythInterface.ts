// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { IPyth__factory } from "../../typechain-types/factories/interfaces/IPyth__factory.ts";

/** The one function of Pyth that a witness needs, from the compiled contract. */
export const pythInterface: Interface = IPyth__factory.createInterface();
