// SPDX-License-Identifier: MIT
import { writeSync } from "node:fs";

import { FileStorage } from "../../../../scripts/chain/FileStorage.ts";
import { vectorHash } from "../../../../scripts/chain/vectorHash.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { SigningGuard } from "../../../../scripts/validator/SigningGuard.ts";

/**
 * Signs round after round as fast as the disk allows, to be killed at any moment, and prints what has left: round and
 * vector. `life` makes this life's vectors differ from those of the one before.
 */
export async function signForEver(folder: string, first: bigint, life: bigint): Promise<never> {
  const guard = await SigningGuard.open(new FileStorage(folder), 0n);
  for (let round = first; ; round++) {
    const prices = [life + 1n, round, 0n, 0n, 0n, 0n, 0n, 0n];
    try {
      await guard.permit(round, prices);
      writeSync(1, `${round} ${vectorHash(round, prices)}\n`);
    } catch (error) {
      if (!(error instanceof BallastError) || !["guardConflict", "guardFloor"].includes(error.code)) throw error;
    }
  }
}
