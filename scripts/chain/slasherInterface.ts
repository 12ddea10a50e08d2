// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { Slasher__factory } from "../../typechain-types/factories/oracle/Slasher__factory.ts";

/** Functions, events and errors of the Slasher, from the compiled contract. */
export const slasherInterface: Interface = Slasher__factory.createInterface();
