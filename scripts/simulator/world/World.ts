// SPDX-License-Identifier: MIT
import type { Log } from "../../chain/Log.ts";
import { deployRoom } from "../deployLocal.ts";
import type { LocalRoom } from "../deployLocal.ts";
import { populationOf } from "../scenario/population.ts";
import type { Population } from "../scenario/population.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { stepAt } from "../scenario/stepAt.ts";
import { Actor } from "./Actor.ts";
import type { ActorSettings, Ground } from "./Actor.ts";
import { BlockWatch } from "./BlockWatch.ts";
import { ChainDriver } from "./ChainDriver.ts";
import { deployParameters } from "./deployParameters.ts";
import { Environment } from "./Environment.ts";
import { KeySigner } from "./KeySigner.ts";
import { goodManners } from "./Manners.ts";
import type { Manners } from "./Manners.ts";
import { bondValidators, calmDown } from "./prepareChain.ts";
import { keeperActor, relayerActor, validatorActor } from "./programActors.ts";
import { keeperConfig, liquidatorConfig, relayerConfig, validatorConfig } from "./programConfigs.ts";
import type { Surroundings } from "./programConfigs.ts";
import { SimulatedChain } from "./SimulatedChain.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { SimulatedRpc } from "./SimulatedRpc.ts";
import { SimulatedVenue } from "./SimulatedVenue.ts";
import { Truth } from "./Truth.ts";
import { VirtualTime } from "./VirtualTime.ts";

/** Before the scenario's start: feeds are listed, and the ramp after that is over. */
const WARM_UP_SECONDS = 8n * 3_600n;
const DEPLOYMENT_SECONDS = 3_600n;
/** Programs run so long before the scenario begins: a validator listens before it signs. */
const LEAD_SECONDS = 300n;
/** Without rounds before that, so that the programs' first anchors are blocks of their own time. */
const PAUSE_SECONDS = 60n;
const ETHER = 100_000n;
const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A chain, the programs around it, and their time. */
export class World {
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
  /** Those who run programs, by name. */
  readonly actors: ReadonlyMap<string, Actor>;
  /** What everybody who is not an actor sees of each block. */
  readonly watch: BlockWatch;

  private constructor(parts: Omit<World, "keyOf" | "begin" | "run" | "close">) {
    this.scenario = parts.scenario;
    this.truth = parts.truth;
    this.manners = parts.manners;
    this.chain = parts.chain;
    this.room = parts.room;
    this.environment = parts.environment;
    this.time = parts.time;
    this.network = parts.network;
    this.driver = parts.driver;
    this.population = parts.population;
    this.actors = parts.actors;
    this.watch = parts.watch;
  }

  /** Deploys, bonds and calms down. Nothing runs yet. */
  static async create(scenario: Scenario, log: (actor: string) => Log = () => SILENT): Promise<World> {
    const truth = new Truth(scenario);
    const startAt = BigInt(scenario.chain.startAt);
    const first = new Map(scenario.feeds.map(({ id }) => [id, truth.priceAt(id, 0)]));
    const startSeconds = startAt - WARM_UP_SECONDS - DEPLOYMENT_SECONDS;
    const chain = await SimulatedChain.start({ kind: scenario.chain.kind, startSeconds });
    const prices = [...first.values()];
    const { provider } = chain.connection.ethers;
    const room = await deployRoom(chain.connection, provider, deployParameters(scenario, first), prices);
    const environment = await Environment.open(chain);
    const { seed } = scenario;
    const population = populationOf(scenario);
    const validators = new Map(population.validators.map((name) => [name, keyFor(seed, name)]));
    const withdrawalOf = (name: string): string => keyFor(seed, `${name}, withdrawal`).address;
    const bond = BigInt(scenario.validators.bond);
    const beginning = { chain, room, environment, validators, withdrawalOf, bond, prices };
    await bondValidators(beginning);
    const lead = startAt - LEAD_SECONDS;
    await calmDown(beginning, startAt - WARM_UP_SECONDS, lead - PAUSE_SECONDS);

    const manners = goodManners({
      finalityLag: () => scenario.chain.finalityLagBlocks,
      gasGwei: (seconds) => stepAt(scenario.gas, seconds),
    });
    const time = new VirtualTime(Number(lead) * 1000, Number(startAt) * 1000, () => chain.line.settled());
    const network = new SimulatedNetwork(time, {
      links: (...link) => manners.links(...link),
      hosts: (...delivery) => manners.hosts(...delivery),
    });
    const pace = { blockSeconds: scenario.chain.blockSeconds, manners };
    const driver = new ChainDriver(chain, time, pace, Number((await chain.newest()).number));
    const ground = { time, network, manners, log };
    const actors = createActors({ scenario, room, chainId: chain.chainId, ...population }, population, ground);
    for (const name of actors.keys()) await environment.fund(keyFor(seed, name).address, ETHER);
    const watch = new BlockWatch(chain, room, scenario.chain.startAt);
    await watch.catchUp(driver.height);
    driver.onBlock((block) => watch.see(block));
    driver.onUndo((number) => watch.undo(number));
    const ways = { time, network, driver, watch };
    const world = new World({ scenario, truth, manners, chain, room, environment, population, actors, ...ways });
    world.#serve();
    return world;
  }

  /** Key of somebody by name; the same in every run of the seed. */
  keyOf(name: string): KeySigner {
    return keyFor(this.scenario.seed, name);
  }

  /** Starts blocks and programs; when it returns the scenario begins. */
  async begin(): Promise<void> {
    await this.driver.start();
    for (const actor of this.actors.values()) actor.start();
    await this.run(0);
  }

  /** Lets the world live until so many seconds after the scenario's start. */
  run(seconds: number): Promise<void> {
    return this.time.run((this.scenario.chain.startAt + seconds) * 1000);
  }

  async close(): Promise<void> {
    this.driver.stop();
    for (const actor of this.actors.values()) actor.kill();
    await this.chain.line.settled();
    await this.chain.close();
  }

  /** Endpoints of the chain, and venues. */
  #serve(): void {
    const { chain, network, manners, time, truth, scenario, population } = this;
    const rpc = new SimulatedRpc(chain, manners);
    for (const name of population.endpoints) network.serve(name, rpc.host(name));
    const { seed, venues } = scenario;
    for (const [venue, name] of population.venues.entries()) {
      const settings = { seed, venue, name, noiseBps: venues.noiseBps };
      network.serve(name, new SimulatedVenue({ time, truth, manners }, settings).host());
    }
  }
}

/** Everybody who runs a program. */
function createActors(around: Surroundings, population: Population, ground: Ground): Map<string, Actor> {
  const person = <Config>(name: string, config: Config) => ({
    name,
    config,
    signer: keyFor(around.scenario.seed, name),
  });
  const { validators, relayers, keepers, liquidators } = population;
  const settings: ActorSettings[] = [
    ...validators.map((name, index) => validatorActor(person(name, validatorConfig(around, index)))),
    ...relayers.map((name, index) => relayerActor(person(name, relayerConfig(around, index)))),
    ...keepers.map((name, index) => keeperActor(person(name, keeperConfig(around, index)))),
    ...liquidators.map((name) => keeperActor(person(name, liquidatorConfig(around, NATIVE_PRICE)))),
  ];
  return new Map(settings.map((setting) => [setting.name, new Actor(ground, setting)]));
}

/** What liquidators weigh gas with: USD per ether, 8 decimals. */
const NATIVE_PRICE = 3_000n * 10n ** 8n;

function keyFor(seed: number, name: string): KeySigner {
  return new KeySigner(seed, name);
}

function nothing(): void {
  // Nobody reads the logs of a simulated program unless he asks for them.
}
