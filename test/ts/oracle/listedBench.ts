// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { OracleBench } from "./OracleBench.ts";

/** A bench with one feed that has been at `price` (8 decimals), beside its witness, until it was listed. */
export async function listedBench(price: number): Promise<OracleBench> {
  const bench = await OracleBench.create();
  await bench.witness(0, price);
  for (let i = 0; i < 28; i += 1) {
    await bench.nextRound(2, 2);
    await bench.accept([price]);
  }
  expect((await bench.oracle.metrics(0)).level, "listed").to.equal(0n);
  return bench;
}
