// SPDX-License-Identifier: MIT
// A process that signs as fast as it can, every time with other prices, to be killed at any moment.
// Arguments: folder, first round, a number that makes this life's vectors differ from the last one's.
import { writeSync } from "node:fs";

import { FileStorage } from "../../../../scripts/chain/FileStorage.ts";
import { vectorHash } from "../../../../scripts/chain/vectorHash.ts";
import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { SigningGuard } from "../../../../scripts/validator/SigningGuard.ts";

const [folder, first, life] = process.argv.slice(2);
const guard = await SigningGuard.open(new FileStorage(folder!), 0n);

for (let round = BigInt(first!); ; round++) {
  const prices = [BigInt(life!) + 1n, round, 0n, 0n, 0n, 0n, 0n, 0n];
  try {
    await guard.permit(round, prices);
    writeSync(1, `${round} ${vectorHash(round, prices)}\n`); // this is the signature that leaves
  } catch (error) {
    if (!(error instanceof BallastError) || !["guardConflict", "guardFloor"].includes(error.code)) throw error;
  }
}
