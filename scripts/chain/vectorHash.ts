// SPDX-License-Identifier: MIT
import { AbiCoder, keccak256 } from "ethers";

import type { Prices } from "../model/types.ts";

/** Identity of what a validator said in a round: anchor and set do not matter, two of these in one round are a fault. */
export function vectorHash(round: bigint, prices: Prices): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint64", "uint64[8]"], [round, [...prices]]));
}
