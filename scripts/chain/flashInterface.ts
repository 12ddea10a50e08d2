// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { FlashLiquidator__factory } from "../../typechain-types/factories/periphery/FlashLiquidator__factory.ts";

/** Functions and errors of the flash liquidator, from the compiled contract. */
export const flashInterface: Interface = FlashLiquidator__factory.createInterface();
