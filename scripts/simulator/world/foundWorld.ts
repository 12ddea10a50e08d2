// SPDX-License-Identifier: MIT
import { deployRoom } from "../deployLocal.ts";
import type { LocalRoom } from "../deployLocal.ts";
import { populationOf } from "../scenario/population.ts";
import type { Population } from "../scenario/population.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { stepAt } from "../scenario/stepAt.ts";
import { BlockWatch } from "./BlockWatch.ts";
import { ChainDriver } from "./ChainDriver.ts";
import { deployParameters } from "./deployParameters.ts";
import { Environment } from "./Environment.ts";
import { KeySigner } from "./KeySigner.ts";
import { goodManners } from "./Manners.ts";
import type { Manners } from "./Manners.ts";
import { bondValidators, calmDown } from "./prepareChain.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { SimulatedRpc } from "./SimulatedRpc.ts";
import { SimulatedVenue } from "./SimulatedVenue.ts";
import type { Shown } from "./SimulatedVenue.ts";
import { Truth } from "./Truth.ts";
import { VirtualTime } from "./VirtualTime.ts";

/** Before the scenario's start: feeds are listed, and the ramp after that is over. */
const WARM_UP_SECONDS = 8n * 3_600n;
const DEPLOYMENT_SECONDS = 3_600n;
/** Programs run so long before the scenario begins, unless said: a validator listens before it signs. */
const LEAD_SECONDS = 300n;
/** Without rounds before that, so that the programs' first anchors are blocks of their own time. */
const PAUSE_SECONDS = 60n;
const ETHER = 100_000n;

/** A world in which nobody runs a program yet. */
export interface Founded {
  readonly scenario: Scenario;
  readonly truth: Truth;
  readonly manners: Manners;
  readonly chain: SimulatedChain;
  readonly room: LocalRoom;
  readonly environment: Environment;
  readonly time: VirtualTime;
  readonly network: SimulatedNetwork;
  readonly driver: ChainDriver;
  /** Names of everybody and everything. */
  readonly population: Population;
  /** What everybody who is not an actor sees of each block. */
  readonly watch: BlockWatch;
}

/** Ways of a world that are its own. */
export interface WorldWays {
  /** Resolves when time may pass. @param nowMs What it shows. */
  readonly settled: (nowMs: number) => Promise<void>;
  /** How long programs run before the scenario begins. */
  readonly leadSeconds?: bigint;
  /** What venues show to whom; their price unless said. */
  readonly shown?: (founded: Pick<Founded, "manners" | "population">) => Shown;
}

/** Time of a chain's first block for a scenario, unix seconds. */
export function startSecondsOf({ chain }: Scenario): bigint {
  return BigInt(chain.startAt) - WARM_UP_SECONDS - DEPLOYMENT_SECONDS;
}

/** Deploys, bonds and calms down on a chain, and serves its endpoints and the venues. */
export async function foundWorld(scenario: Scenario, chain: SimulatedChain, ways: WorldWays): Promise<Founded> {
  const truth = new Truth(scenario);
  const startAt = BigInt(scenario.chain.startAt);
  const first = new Map(scenario.feeds.map(({ id }) => [id, truth.priceAt(id, 0)]));
  const prices = [...first.values()];
  const { provider } = chain.connection.ethers;
  const room = await deployRoom(chain.connection, provider, deployParameters(scenario, first), prices);
  const environment = await Environment.open(chain);
  const population = populationOf(scenario);
  const keyOf = (name: string): KeySigner => new KeySigner(scenario.seed, name);
  const validators = new Map(population.validators.map((name) => [name, keyOf(name)]));
  const withdrawalOf = (name: string): string => keyOf(`${name}, withdrawal`).address;
  const bond = BigInt(scenario.validators.bond);
  const beginning = { chain, room, environment, validators, withdrawalOf, bond, prices };
  await bondValidators(beginning);
  const lead = startAt - (ways.leadSeconds ?? LEAD_SECONDS);
  await calmDown(beginning, startAt - WARM_UP_SECONDS, lead - PAUSE_SECONDS);

  const manners = goodManners({
    finalityLag: () => scenario.chain.finalityLagBlocks,
    gasGwei: (seconds) => stepAt(scenario.gas, seconds),
  });
  const time: VirtualTime = new VirtualTime(Number(lead) * 1000, Number(startAt) * 1000, () =>
    ways.settled(time.nowMs),
  );
  const network = new SimulatedNetwork(time, {
    links: (...link) => manners.links(...link),
    hosts: (...delivery) => manners.hosts(...delivery),
  });
  const pace = { blockSeconds: scenario.chain.blockSeconds, manners };
  const driver = new ChainDriver(chain, time, pace, Number((await chain.newest()).number));
  const { relayers, keepers, liquidators } = population;
  for (const name of [...validators.keys(), ...relayers, ...keepers, ...liquidators])
    await environment.fund(keyOf(name).address, ETHER);
  const watch = new BlockWatch(chain, room, scenario.chain.startAt);
  await watch.catchUp(driver.height);
  driver.onBlock((block) => watch.see(block));
  driver.onUndo((number) => watch.undo(number));
  const founded = { scenario, truth, manners, chain, room, environment, population, time, network, driver, watch };
  serve(founded, ways.shown?.(founded));
  return founded;
}

/** Endpoints of the chain, and venues. */
function serve(founded: Founded, shown: Shown | undefined): void {
  const { chain, network, manners, time, truth, scenario, population } = founded;
  const rpc = new SimulatedRpc(chain, manners);
  for (const name of population.endpoints) network.serve(name, rpc.host(name));
  const { seed, venues } = scenario;
  for (const [venue, name] of population.venues.entries()) {
    const settings = { seed, venue, name, noiseBps: venues.noiseBps };
    network.serve(name, new SimulatedVenue({ time, truth, manners, shown }, settings).host());
  }
}
