// SPDX-License-Identifier: MIT
import type { Log } from "../../chain/Log.ts";
import type { LocalRoom } from "../deployLocal.ts";
import type { Population } from "../scenario/population.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { Actor } from "./Actor.ts";
import type { ActorSettings } from "./Actor.ts";
import type { BlockWatch } from "./BlockWatch.ts";
import { castPrograms } from "./castPrograms.ts";
import type { CastProgram } from "./castPrograms.ts";
import type { ChainDriver } from "./ChainDriver.ts";
import type { Environment } from "./Environment.ts";
import { foundWorld, startSecondsOf } from "./foundWorld.ts";
import type { Founded } from "./foundWorld.ts";
import { KeySigner } from "./KeySigner.ts";
import type { Manners } from "./Manners.ts";
import type { ProgramActor } from "./ProgramActor.ts";
import { keeperActor, relayerActor, validatorActor } from "./programActors.ts";
import { SimulatedChain } from "./SimulatedChain.ts";
import type { SimulatedNetwork } from "./SimulatedNetwork.ts";
import type { Truth } from "./Truth.ts";
import type { VirtualTime } from "./VirtualTime.ts";

const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A chain, the programs around it, and their time. */
export class World implements Founded {
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
  readonly actors: ReadonlyMap<string, ProgramActor>;
  /** What everybody who is not an actor sees of each block. */
  readonly watch: BlockWatch;

  /** @param parts Founded, with those who run programs in it. */
  constructor(parts: Founded & { readonly actors: World["actors"] }) {
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

  /** Deploys, bonds and calms down, in this process. Nothing runs yet. */
  static async create(scenario: Scenario, log: (actor: string) => Log = () => SILENT): Promise<World> {
    const chain = await SimulatedChain.start({ kind: scenario.chain.kind, startSeconds: startSecondsOf(scenario) });
    const founded = await foundWorld(scenario, chain, { settled: () => chain.line.settled() });
    const ground = { time: founded.time, network: founded.network, manners: founded.manners, log };
    const actors = castPrograms(founded).map((cast) => new Actor(ground, settingsOf(cast, scenario.seed)));
    return new World({ ...founded, actors: new Map(actors.map((actor) => [actor.name, actor])) });
  }

  /** Key of somebody by name; the same in every run of the seed. */
  keyOf(name: string): KeySigner {
    return new KeySigner(this.scenario.seed, name);
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
}

/** How somebody's program is started in this process. */
function settingsOf(cast: CastProgram, seed: number): ActorSettings {
  const signer = new KeySigner(seed, cast.name);
  switch (cast.program) {
    case "validator":
      return validatorActor({ ...cast, signer });
    case "relayer":
      return relayerActor({ ...cast, signer });
    case "keeper":
      return keeperActor({ ...cast, signer });
  }
}

function nothing(): void {
  // Nobody reads the logs of a simulated program unless he asks for them.
}
