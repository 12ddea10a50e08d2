// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts, ChainCall } from "./chainFacts.ts";

/**
 * Whether the chain would accept a call on the state after `block`: where a contract alone knows what it lets anybody do,
 * it is asked. @throws BallastError when the chain cannot be read.
 */
export async function isAccepted(agreed: AgreedChain, call: ChainCall, block: BlockFacts): Promise<boolean> {
  try {
    await agreed.call(call, block);
    return true;
  } catch (error) {
    if (error instanceof BallastError && error.code === "callReverted") return false;
    throw error;
  }
}
