// SPDX-License-Identifier: MIT
import type { Log } from "../../chain/Log.ts";
import { deployRoom } from "../deployLocal.ts";
import type { LocalRoom } from "../deployLocal.ts";
import type { Scenario, Step } from "../scenario/Scenario.ts";
import { Actor } from "./Actor.ts";
import type { ActorSettings, Ground } from "./Actor.ts";
import { ChainDriver } from "./ChainDriver.ts";
import { deployParameters } from "./deployParameters.ts";
import { Environment } from "./Environment.ts";
import { KeySigner } from "./KeySigner.ts";
import { goodManners } from "./Manners.ts";
import type { Manners } from "./Manners.ts";
import { bondValidators, calmDown } from "./prepareChain.ts";
import { keeperActor, relayerActor, validatorActor } from "./programActors.ts";
import {
  ENDPOINTS,
  keeperConfig,
  liquidatorConfig,
  relayerConfig,
  validatorConfig,
  venueName,
} from "./programConfigs.ts";
import { SimulatedChain } from "./SimulatedChain.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { SimulatedRpc } from "./SimulatedRpc.ts";
import { SimulatedVenue } from "./SimulatedVenue.ts";
import type { Truth } from "./Truth.ts";
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

/** What a world is made of besides its scenario. */
export interface WorldParts {
  readonly truth: Truth;
  readonly log?: (actor: string) => Log;
}

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
  /** Those who run programs, by name. */
  readonly actors: ReadonlyMap<string, Actor>;

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
    this.actors = parts.actors;
  }

  /** Deploys, bonds and calms down. Nothing runs yet. */
  static async create(scenario: Scenario, { truth, log = () => SILENT }: WorldParts): Promise<World> {
    const startAt = BigInt(scenario.chain.startAt);
    const first = new Map(scenario.feeds.map(({ id }) => [id, truth.priceAt(id, 0)]));
    const startSeconds = startAt - WARM_UP_SECONDS - DEPLOYMENT_SECONDS;
    const chain = await SimulatedChain.start({ kind: scenario.chain.kind, startSeconds });
    const prices = [...first.values()];
    const { provider } = chain.connection.ethers;
    const room = await deployRoom(chain.connection, provider, deployParameters(scenario, first), prices);
    const environment = await Environment.open(chain);
    const { seed } = scenario;
    const validators = new Map(
      namesOf("validator", scenario.validators.count).map((name) => [name, keyFor(seed, name)]),
    );
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
    const network = new SimulatedNetwork(time, (...link) => manners.links(...link));
    const pace = { blockSeconds: scenario.chain.blockSeconds, gasGwei: (at: number) => manners.gasGwei(at) };
    const driver = new ChainDriver(chain, time, pace, Number((await chain.newest()).number));
    const ground = { time, network, skewMs: (actor: string) => manners.skewMs(actor), log };
    const actors = createActors(scenario, room, ground);
    for (const name of actors.keys()) await environment.fund(keyFor(seed, name).address, ETHER);
    const world = new World({ scenario, truth, manners, chain, room, environment, time, network, driver, actors });
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
    const { chain, network, manners, time, truth, scenario } = this;
    const rpc = new SimulatedRpc(chain, manners);
    for (let endpoint = 1; endpoint <= ENDPOINTS; endpoint++) network.serve(`rpc-${endpoint}`, rpc.host(endpoint));
    const { count, noiseBps } = scenario.venues;
    for (let venue = 0; venue < count; venue++) {
      const settings = { seed: scenario.seed, venue, noiseBps };
      network.serve(venueName(venue), new SimulatedVenue({ time, truth, manners }, settings).host());
    }
  }
}

/** Everybody who runs a program. */
function createActors(scenario: Scenario, room: LocalRoom, ground: Ground): Map<string, Actor> {
  const { actors, validators, seed } = scenario;
  const around = {
    scenario,
    room,
    chainId: 31_337n,
    validators: namesOf("validator", validators.count),
    relayers: namesOf("relayer", actors.relayers.count),
  };
  const person = <Config>(name: string, config: Config) => ({ name, config, signer: keyFor(seed, name) });
  const settings: ActorSettings[] = [
    ...around.validators.map((name, index) => validatorActor(person(name, validatorConfig(around, index)))),
    ...around.relayers.map((name, index) => relayerActor(person(name, relayerConfig(around, index)))),
    ...namesOf("keeper", actors.keepers.replicas).map((name, index) =>
      keeperActor(person(name, keeperConfig(around, index))),
    ),
    ...namesOf("liquidator", actors.liquidators.count).map((name) =>
      keeperActor(person(name, liquidatorConfig(around, NATIVE_PRICE))),
    ),
  ];
  return new Map(settings.map((setting) => [setting.name, new Actor(ground, setting)]));
}

/** What liquidators weigh gas with: USD per ether, 8 decimals. */
const NATIVE_PRICE = 3_000n * 10n ** 8n;

function keyFor(seed: number, name: string): KeySigner {
  return new KeySigner(seed, name);
}

/** `kind-1` and so on. */
export function namesOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);
}

function stepAt(steps: readonly Step[], seconds: number): number {
  return (steps.findLast(({ atSeconds }) => atSeconds <= seconds) ?? steps[0])!.value;
}

function nothing(): void {
  // Nobody reads the logs of a simulated program unless he asks for them.
}
