// SPDX-License-Identifier: MIT
import { WrappedLong__factory } from "../../../typechain-types/factories/periphery/WrappedLong__factory.ts";

/** What every ERC-20 has, from one of ours. */
export const tokenInterface = WrappedLong__factory.createInterface();
