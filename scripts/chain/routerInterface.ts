// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { WitnessRouter__factory } from "../../typechain-types/factories/oracle/WitnessRouter__factory.ts";

/** Functions, events and errors of the router of witnesses, from the compiled contract. */
export const routerInterface: Interface = WitnessRouter__factory.createInterface();
