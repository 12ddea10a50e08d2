// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";

import { IAggregatorV3__factory } from "../../typechain-types/factories/interfaces/IAggregatorV3__factory.ts";

/** Functions, events and errors of a witness that answers like Chainlink's, from the compiled contract. */
export const aggregatorInterface: Interface = IAggregatorV3__factory.createInterface();
