// SPDX-License-Identifier: MIT
import { Lens__factory } from "../../../typechain-types/factories/periphery/Lens__factory.ts";
import type { Lens } from "../../../typechain-types/periphery/Lens.ts";
import { ClearingBench } from "../clearing/ClearingBench.ts";

/** A Lens on a Clearinghouse whose insurance lets much be opened. */
export async function lensOnHouse(): Promise<{ bench: ClearingBench; lens: Lens }> {
  const bench = await ClearingBench.create();
  await bench.insure(10_000_000);
  const [owner] = await bench.connection.ethers.getSigners();
  return { bench, lens: await new Lens__factory(owner!).deploy(bench.house) };
}
