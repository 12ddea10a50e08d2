// SPDX-License-Identifier: MIT
import { Signature } from "ethers";

import type { CompactSignature } from "../model/types.ts";

/** 65 bytes: contracts that check signatures of accounts and of contracts alike take no compact ones. */
export function longSignature({ r, yParityAndS }: CompactSignature): string {
  return Signature.from({ r, yParityAndS }).serialized;
}
