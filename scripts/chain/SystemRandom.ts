// SPDX-License-Identifier: MIT
import { randomBytes } from "node:crypto";

import type { Random } from "./Random.ts";

/** The operating system's randomness. */
export class SystemRandom implements Random {
  below(limit: bigint): bigint {
    // 128 bits over a small limit: the bias of the remainder is far below anything a program decides by it.
    return BigInt(`0x${randomBytes(16).toString("hex")}`) % limit;
  }
}
