// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { ValidatorRegistry__factory } from "../../typechain-types/factories/oracle/ValidatorRegistry__factory.ts";

/** Functions, events and errors of the validators' registry, from the compiled contract. */
export const registryInterface: Interface = ValidatorRegistry__factory.createInterface();
