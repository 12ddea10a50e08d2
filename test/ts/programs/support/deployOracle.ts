// SPDX-License-Identifier: MIT
import { createRequire } from "node:module";

import { ContractFactory } from "ethers";
import type { BaseContract, InterfaceAbi, JsonRpcSigner } from "ethers";
import { artifacts } from "hardhat";

import { encodeSet } from "../../../../scripts/model/setCode.ts";
import type { Seat } from "../../../../scripts/model/types.ts";
import { PriceOracle__factory } from "../../../../typechain-types/factories/oracle/PriceOracle__factory.ts";
import type { PriceOracle } from "../../../../typechain-types/oracle/PriceOracle.ts";

interface Compiled {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

/** Ticks of the first feeds by slot, 8 decimals; each its own, so that nobody can take one for another. */
export const TICKS = [1_000_000n, 10_000_000n] as const;

const require = createRequire(import.meta.url);

/** Deploys a contract and waits for it; libraries it links to are deployed first. */
async function deploy(deployer: JsonRpcSigner, compiled: Compiled, args: unknown[]): Promise<BaseContract> {
  const contract = await new ContractFactory(compiled.abi, compiled.bytecode, deployer).deploy(...args);
  return contract.waitForDeployment();
}

async function deployArtifact(deployer: JsonRpcSigner, name: string, args: unknown[]): Promise<BaseContract> {
  const artifact = await artifacts.readArtifact(name);
  let bytecode: string = artifact.bytecode;
  for (const libraries of Object.values(artifact.linkReferences)) {
    for (const [library, places] of Object.entries(libraries)) {
      const address = await (await deployArtifact(deployer, library, [])).getAddress();
      for (const { start, length } of places) {
        const offset = 2 + 2 * start;
        bytecode = bytecode.slice(0, offset) + address.slice(2).toLowerCase() + bytecode.slice(offset + 2 * length);
      }
    }
  }
  return deploy(deployer, { abi: artifact.abi, bytecode }, args);
}

/**
 * The real oracle with its first feeds and a set of `signers`, equal in weight unless told otherwise. The deployer stands for the registry:
 * these tests are about programs, not about bonds.
 */
export async function deployOracle(
  deployer: JsonRpcSigner,
  feeds: readonly string[],
  signers: readonly string[],
  weightOf: (seat: number) => bigint = () => 50_000n,
): Promise<PriceOracle> {
  const manager: Compiled = require("@openzeppelin/contracts/build/contracts/AccessManager.json");
  const authority = await deploy(deployer, manager, [deployer.address]);
  const deployed = await deployArtifact(deployer, "PriceOracle", [
    deployer.address,
    60,
    0,
    await authority.getAddress(),
  ]);
  const oracle = PriceOracle__factory.connect(await deployed.getAddress(), deployer);

  await (await oracle.wire(deployer.address, deployer.address)).wait();
  for (const [slot, feed] of feeds.entries()) await (await oracle.addFeed(feed, TICKS[slot] ?? 1_000_000n)).wait();
  const seats: Seat[] = signers.map((signer, index) => ({
    signer,
    weight: weightOf(index),
    validatorId: BigInt(index + 1),
  }));
  await (
    await oracle.installSet(
      encodeSet(seats),
      seats.reduce((total, seat) => total + seat.weight, 0n),
    )
  ).wait();
  return oracle;
}
