// SPDX-License-Identifier: MIT
import type { Contract, EventLog } from "ethers";
import hre from "hardhat";

import { ballastModule } from "../../../deploy/modules/ballast.ts";
import { FIRST_PRICES, localStageModule, withStage } from "../../../deploy/modules/localStage.ts";
import { readParameters } from "../../../deploy/parameters.ts";
import type { Parameters } from "../../../deploy/parameters.ts";

type Contracts = Record<string, Contract>;

/** The local network's parameters with mocks in place, and everything deployed with them. */
export async function deployed(change: (given: Parameters) => Parameters = (given) => given) {
  const connection = await hre.network.create();
  const given = change(readParameters("local"));
  const block = await connection.ethers.provider.getBlock("latest");
  const stage: Contracts = await connection.ignition.deploy(
    localStageModule(given, { prices: FIRST_PRICES, observedAt: BigInt(block!.timestamp) }),
  );
  const parameters = withStage(given, await addressesOf(stage));
  const room: Contracts = await connection.ignition.deploy(ballastModule(parameters));
  const addresses = await addressesOf(room);
  const address = async (name: string): Promise<string> => room[name]!.getAddress();
  const ask = (name: string, method: string, ...args: unknown[]) => room[name]!.getFunction(method)(...args);
  const events = async (name: string, event: string): Promise<EventLog[]> =>
    (await room[name]!.queryFilter(event)).filter((log) => "args" in log);
  const [deployer, stranger] = await connection.ethers.getSigners();
  const people = { deployer: deployer!, stranger: stranger! };
  return { parameters, room, stage, addresses, address, ask, events, ...people, connection };
}

async function addressesOf(contracts: Contracts): Promise<Map<string, string>> {
  const entries = Object.entries(contracts);
  return new Map(await Promise.all(entries.map(async ([name, it]) => [name, await it.getAddress()] as const)));
}
