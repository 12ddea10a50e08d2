// SPDX-License-Identifier: MIT
import { keeperConfigShape } from "../../keepers/KeeperConfig.ts";
import type { KeeperConfig } from "../../keepers/KeeperConfig.ts";
import { relayerConfigShape } from "../../relayer/RelayerConfig.ts";
import type { RelayerConfig } from "../../relayer/RelayerConfig.ts";
import { validatorConfigShape } from "../../validator/ValidatorConfig.ts";
import type { ValidatorConfig } from "../../validator/ValidatorConfig.ts";
import type { LocalRoom } from "../deployLocal.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { hostUrl } from "./SimulatedNetwork.ts";
import { VENUE_FORMATS } from "./SimulatedVenue.ts";
import { NATIVE_FEED } from "./Truth.ts";

/** Where programs find what they work with. */
export interface Surroundings {
  readonly scenario: Scenario;
  readonly room: LocalRoom;
  readonly chainId: bigint;
  /** Names of those who run them. */
  readonly validators: readonly string[];
  readonly relayers: readonly string[];
  readonly venues: readonly string[];
  /** Of the chain; every program uses all of them. */
  readonly endpoints: readonly string[];
}

/** Keys and folders are not read: the simulation hands in its own. */
const FILES = { key: { keystore: "-" }, dataFolder: "-" };
/** A relayer looks so often in a block's time. */
const LOOKS_IN_BLOCK = 4;
/** Wei: above any gas of the library, since prices are to land in every hour. */
const RELAYER_FEE = (5_000n * 10n ** 9n).toString();
/** Others than the first give it so many blocks. */
const BACKUP_BLOCKS = 1;

/** Configuration of a validator. @param index Its number, from 0: venues are dealt out in turn. */
export function validatorConfig(around: Surroundings, index: number): ValidatorConfig {
  const { scenario, relayers } = around;
  const count = around.venues.length;
  const each = Math.min(scenario.validators.venuesEach, count);
  const venues = Array.from({ length: each }, (_, place) => (index + place) % count);
  return validatorConfigShape.parse({
    ...FILES,
    chain: chainOf(around),
    seed: scenario.seed + index,
    venues: venues.map((venue) => {
      const [name, format] = [around.venues[venue]!, formatOf(venue)];
      return { name, format, baseUrl: `${hostUrl(name)}/${format}` };
    }),
    feeds: scenario.feeds.map(({ id }, slot) => {
      const markets = venues.map((venue) => ({ venue: around.venues[venue]!, symbol: symbolOf(venue, id) }));
      return { slot, name: id, markets };
    }),
    listenTo: relayers.map(hostUrl),
    policy: { quarantineRounds: 2, minimumVenues: Math.min(2, each) },
  });
}

/** Configuration of a relayer. @param index Its number, from 0: the later ones wait for the first. */
export function relayerConfig(around: Surroundings, index: number): RelayerConfig {
  const { scenario, validators } = around;
  const blockMs = scenario.chain.blockSeconds * 1000;
  return relayerConfigShape.parse({
    ...FILES,
    chain: chainOf(around),
    seed: scenario.seed + index,
    validators: validators.map(hostUrl),
    policy: { relay: "due", pollMs: blockMs / LOOKS_IN_BLOCK, backupDelayMs: index * BACKUP_BLOCKS * blockMs },
    fees: { pollMs: blockMs / 2, maximumFeePerGas: RELAYER_FEE },
  });
}

/** Configuration of a keeper that does every duty but liquidating. @param index Its number among the replicas, from 0. */
export function keeperConfig(around: Surroundings, index: number): KeeperConfig {
  const { scenario, relayers, room } = around;
  const urls = relayers.map(hostUrl);
  const vaults = room.vaults.map(({ target }) => target);
  return keeperConfigShape.parse({
    ...keeperBase(around),
    duties: {
      breaker: {},
      settler: {},
      slasher: { relayers: urls },
      epochs: { relayers: urls },
      ...(vaults.length > 0 && { roller: { vaults } }),
    },
    replica: { index, replicas: scenario.actors.keepers.replicas },
  });
}

/** Configuration of a liquidator. @param nativePrice USD per ether before a feed of it is read, 8 decimals. */
export function liquidatorConfig(around: Surroundings, nativePrice: bigint): KeeperConfig {
  const slot = around.scenario.feeds.findIndex(({ id }) => id === NATIVE_FEED);
  const nativeFeed = slot === -1 ? {} : { nativeFeed: slot };
  return keeperConfigShape.parse({
    ...keeperBase(around),
    duties: { liquidator: { nativePrice: nativePrice.toString(), ...nativeFeed } },
  });
}

function keeperBase(around: Surroundings): object {
  const { room, scenario } = around;
  const contracts = {
    clearinghouse: room.house.target,
    riskManager: room.risk.target,
    validatorRegistry: room.registry.target,
    slasher: room.slasher.target,
    witnessRouter: room.router.target,
  };
  return { ...FILES, chain: chainOf(around), contracts, policy: { pollMs: scenario.chain.blockSeconds * 1000 } };
}

function chainOf({ chainId, room, endpoints }: Surroundings): object {
  return { rpcUrl: endpoints.map(hostUrl), chainId: chainId.toString(), oracle: room.oracle.target };
}

function formatOf(venue: number): (typeof VENUE_FORMATS)[number] {
  return VENUE_FORMATS[venue % VENUE_FORMATS.length]!;
}

/** What a venue calls a feed. */
function symbolOf(venue: number, feed: string): string {
  const [coin, quote] = feed.split("-") as [string, string];
  const format = formatOf(venue);
  if (format === "coinbase") return `${coin}-${quote}`;
  return format === "kraken" ? `${coin === "BTC" ? "XBT" : coin}${quote}` : `${coin}${quote}`.toLowerCase();
}
