// SPDX-License-Identifier: MIT
import { keccak256 } from "ethers";

import type { Prices } from "../model/types.ts";
import { wordOf } from "./wordOf.ts";

/** Identity of what a validator said in a round: anchor and set do not matter, two of these in one round are a fault. */
export function vectorHash(round: bigint, prices: Prices): string {
  return keccak256(`0x${wordOf(round)}${prices.map(wordOf).join("")}`);
}
