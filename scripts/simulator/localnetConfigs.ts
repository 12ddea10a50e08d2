// SPDX-License-Identifier: MIT
import { fundName } from "../../deploy/parameters.ts";
import { commonConfig } from "./stageConfigs.ts";
import type { StageAddresses, ProgramPlace } from "./stageConfigs.ts";
import type { LocalRoom } from "./deployLocal.ts";

/** Programs look once per block. */
const POLL_MS = 3_000;
/** On a chain that belongs to one machine the newest block is final. */
const FINALITY = { kind: "latest" };
/** What the maker puts into each book of a market, and keeps back, in ledger units: 50,000 dollars, 15 coins. */
const MAKER_BOOKS = [
  { market: "1", bookCash: "50000000000", reserve: "10000000000" },
  { market: "2", bookCash: "15000000000", reserve: "3000000000" },
];
/** USD per ether, 8 decimals, that rewards are weighed with. */
const NATIVE_PRICE = "300000000000";

/** Addresses of the deployed contracts, as configurations name them. */
export function contractsOf({ house, risk, registry, router, slasher }: LocalRoom): Readonly<Record<string, string>> {
  return {
    clearinghouse: house.target as string,
    riskManager: risk.target as string,
    validatorRegistry: registry.target as string,
    witnessRouter: router.target as string,
    slasher: slasher.target as string,
  };
}

/** Everything there is to do. */
function everyDuty(room: LocalRoom, relayers: readonly string[]): object {
  return {
    breaker: {},
    liquidator: { nativePrice: NATIVE_PRICE },
    settler: {},
    slasher: { relayers },
    epochs: { relayers },
    roller: { factory: room.addresses.get("vaultFactory")!, insuranceFunds: fundsOf(room) },
  };
}

/** Configuration of a keeper that does all of it. */
export function keeperConfig(
  room: LocalRoom,
  addresses: StageAddresses,
  place: ProgramPlace,
  relayers: readonly string[],
): object {
  return {
    ...commonConfig(addresses, place),
    contracts: contractsOf(room),
    duties: everyDuty(room, relayers),
    policy: { pollMs: POLL_MS, finality: FINALITY },
  };
}

/** Configuration of a sentinel; `keystore` is a reporter's. */
export function sentinelConfig(
  room: LocalRoom,
  addresses: StageAddresses,
  place: ProgramPlace,
  relayers: readonly string[],
): object {
  return {
    ...commonConfig(addresses, place),
    contracts: { riskManager: room.risk.target },
    relayers,
    policy: { pollMs: POLL_MS, finality: FINALITY },
  };
}

/** Configuration of a quote board. */
export function quotesConfig(room: LocalRoom, addresses: StageAddresses, place: ProgramPlace): object {
  const { chain, clock, server } = commonConfig(addresses, place);
  const { rpcUrl, chainId } = chain;
  return { chain: { rpcUrl, chainId }, contracts: tradeContracts(room), clock, server, policy: { pollMs: POLL_MS } };
}

/** Configuration of a maker in both markets: two expiries of each, a few options of a series. */
export function makerConfig(
  room: LocalRoom,
  addresses: StageAddresses,
  place: ProgramPlace,
  boards: readonly string[],
): object {
  const { chain, ...common } = commonConfig(addresses, place);
  const { rpcUrl, chainId } = chain;
  const market = { expiries: [2, 7], size: "2000000", mostInventory: "20000000", stepsApart: 2 };
  return {
    ...common,
    chain: { rpcUrl, chainId },
    contracts: tradeContracts(room),
    boards,
    markets: MAKER_BOOKS.map((book) => ({ ...market, ...book })),
    policy: { pollMs: POLL_MS },
  };
}

/** Configuration of a canary that watches all the others and what they leave undone. */
export function canaryConfig(
  room: LocalRoom,
  addresses: StageAddresses,
  place: ProgramPlace,
  relayers: readonly string[],
  programs: readonly { readonly name: string; readonly url: string }[],
): object {
  const { chain, clock, server, dataFolder } = commonConfig(addresses, place);
  const watched = programs.map(({ name, url }) => ({ name, url }));
  const duties = everyDuty(room, relayers);
  const policy = { pollMs: POLL_MS };
  return { chain, clock, server, dataFolder, contracts: contractsOf(room), duties, programs: watched, policy };
}

/** Configuration with which somebody trades, on the machine's clock: by then a local network keeps the same time. */
export function tradeConfig(
  room: LocalRoom,
  { rpcUrl, chainId }: Pick<StageAddresses, "rpcUrl" | "chainId">,
  place: Pick<ProgramPlace, "keystore" | "dataFolder"> & { readonly passphraseFile: string },
  boards: readonly string[],
): object {
  const { dataFolder, ...key } = place;
  const contracts = { ...tradeContracts(room), vaultLens: room.addresses.get("vaultLens")! };
  return { chain: { rpcUrl, chainId: chainId.toString() }, contracts, key, dataFolder, boards };
}

function fundsOf({ parameters, addresses }: LocalRoom): string[] {
  return parameters.clearing.markets.flatMap((_, index) => addresses.get(fundName(index)) ?? []);
}

function tradeContracts(room: LocalRoom): { readonly clearinghouse: string; readonly lens: string } {
  return { clearinghouse: room.house.target as string, lens: room.addresses.get("lens")! };
}
