// SPDX-License-Identifier: MIT
import { VaultBench } from "../../vaults/VaultBench.ts";
import type { TradingBench } from "./TradingBench.ts";

/** A vault in the bench's Clearinghouse, and a lens of it that terminals read. */
export async function openVaults(bench: TradingBench): Promise<VaultBench> {
  const vaults = await VaultBench.create({ clearing: bench.clearing });
  const { ethers } = bench.clearing.connection;
  const lens = await ethers.deployContract("VaultLens", [await vaults.factory.getAddress()]);
  bench.vaultLens = await lens.getAddress();
  return vaults;
}
