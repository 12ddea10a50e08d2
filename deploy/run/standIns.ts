// SPDX-License-Identifier: MIT
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { tokenOf, tokensPerUnit } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";

type Ethers = NetworkConnection["ethers"];

/**
 * Puts doubles of the tokens and witnesses that a network has at their addresses there, onto a chain that ends with this
 * process, and gives the first account the tokens that the markets are insured with.
 */
export async function standIn(ethers: Ethers, parameters: Parameters): Promise<void> {
  const { provider } = ethers;
  const copy = async (contract: string, given: unknown[], address: string): Promise<void> => {
    const double = await ethers.deployContract(contract, given);
    const code = await provider.getCode(await double.getAddress());
    await provider.send("hardhat_setCode", [address, code]);
  };
  const [deployer] = await ethers.getSigners();
  const { markets } = parameters.clearing;
  await copy("MockToken", ["Stand-in", "STAND", parameters.risk.bondDecimals], parameters.bondToken);
  for (const market of markets) {
    const token = tokenOf(parameters, market);
    if (token !== parameters.bondToken)
      await copy("MockToken", ["Stand-in", "STAND", market.collateralDecimals], token);
    const contract = await ethers.getContractAt("MockToken", token);
    await contract.getFunction("mint")(deployer!.address, market.insurance * tokensPerUnit(market));
  }
  const { timestamp } = (await provider.getBlock("latest"))!;
  for (const { sources } of parameters.feeds) {
    const price = (sources[0]!.minimum + sources[0]!.maximum) / 2n;
    for (const { kind, target, id } of sources) {
      if (kind === "Pyth") {
        await copy("MockPyth", [], target);
        const pyth = await ethers.getContractAt("MockPyth", target);
        await pyth.getFunction("setPrice")(id, price, -8, timestamp);
      } else {
        await copy("MockAggregator", [8, ""], target);
        const witness = await ethers.getContractAt("MockAggregator", target);
        await witness.getFunction("push")(price, timestamp);
      }
    }
  }
}

/** A chain of this process with the id of the network. */
export function openRehearsal(hre: HardhatRuntimeEnvironment, { chain }: Parameters): Promise<NetworkConnection> {
  return hre.network.create({ network: "default", override: { chainId: chain.id } }) as Promise<NetworkConnection>;
}
