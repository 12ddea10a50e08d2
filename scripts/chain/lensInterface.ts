// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { Lens__factory } from "../../typechain-types/factories/periphery/Lens__factory.ts";

/** Functions and errors of the lens, from the compiled contract. */
export const lensInterface: Interface = Lens__factory.createInterface();
