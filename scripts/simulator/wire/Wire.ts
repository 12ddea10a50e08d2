// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { Log } from "../../chain/Log.ts";
import { serveHttp } from "../../chain/serveHttp.ts";
import type { HttpServer } from "../../chain/serveHttp.ts";
import { ClockServer } from "../ClockServer.ts";
import { forgetDeployment } from "../deployLocal.ts";
import { PASSPHRASE, writeKeystore } from "../LocalKeys.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { Supervisor } from "../Supervisor.ts";
import { castPrograms } from "../world/castPrograms.ts";
import { foundWorld, startSecondsOf } from "../world/foundWorld.ts";
import type { Founded } from "../world/foundWorld.ts";
import { KeySigner, secretOf } from "../world/KeySigner.ts";
import { SimulatedChain } from "../world/SimulatedChain.ts";
import { World } from "../world/World.ts";
import { Gate } from "./Gate.ts";
import { Pace } from "./Pace.ts";
import { ProcessActor } from "./ProcessActor.ts";
import { showAsSeen } from "./showAsSeen.ts";

/** Four rounds in which validators listen, and as long again until they have a round behind them. */
const LEAD_SECONDS = 120n;
/** Programs see the time so finely. */
const TICK_MS = 100;
const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * A world whose chain and programs are processes of their own that talk over HTTP: all that a simulated world hands in to a
 * program, it finds here as in production. Everything else, faults and judges too, is as in any world.
 */
export class Wire {
  readonly #scenario: Scenario;
  readonly #folder: string;
  readonly #supervisor: Supervisor;
  readonly #gates: Gate[] = [];
  readonly #fallen: string[] = [];
  readonly #pace: Pace;
  #chain: SimulatedChain | undefined;
  #clock: ClockServer | undefined;
  #clockHttp: HttpServer | undefined;
  #world: World | undefined;

  /**
   * @param folder Where configurations, keys, disks and logs of the processes go.
   * @param signal Once it is aborted no time passes any more: whatever waits for it rejects.
   */
  constructor(scenario: Scenario, folder: string, signal: AbortSignal) {
    this.#scenario = scenario;
    this.#folder = folder;
    this.#pace = new Pace(() => this.#isIdle(), signal);
    this.#supervisor = new Supervisor(folder, PASSPHRASE);
  }

  /** Programs that ended though nobody ended them, in words. */
  get fallen(): readonly string[] {
    return this.#fallen;
  }

  /** Starts the chain, deploys, bonds and calms down. No program runs yet. */
  async build(): Promise<World> {
    const startSeconds = startSecondsOf(this.#scenario);
    const { url } = await this.#supervisor.start("chain", "chain", { startAtSeconds: startSeconds.toString() });
    this.#chain = await SimulatedChain.over(url, startSeconds);
    const founded = await foundWorld(this.#scenario, this.#chain, {
      settled: (nowMs) => this.#pace.settled(nowMs),
      leadSeconds: LEAD_SECONDS,
      shown: showAsSeen,
    });
    const actors = await this.#createActors(founded, await this.#startClock(founded));
    this.#world = new World({ ...founded, actors: new Map(actors.map((actor) => [actor.name, actor])) });
    return this.#world;
  }

  /** Ends every process and server. */
  async close(): Promise<void> {
    await (this.#world ?? this.#chain)?.close();
    await Promise.all(this.#gates.map((gate) => gate.close()));
    await this.#clockHttp?.close();
    await this.#supervisor.close();
    await forgetDeployment(); // when it ended in the middle of one
  }

  /** The clock of all programs, which shows the world's time. */
  async #startClock({ time }: Founded): Promise<string> {
    const clock = new ClockServer(BigInt(time.nowMs));
    const tick = (): void => {
      clock.advanceTo(BigInt(Math.floor(time.nowMs)));
      time.schedule(time.nowMs + TICK_MS, tick);
    };
    tick();
    this.#clock = clock;
    this.#clockHttp = await serveHttp("127.0.0.1", 0, clock.routes(), SILENT);
    return this.#clockHttp.url;
  }

  async #createActors(founded: Founded, clockUrl: string): Promise<ProcessActor[]> {
    const { network, time, scenario } = founded;
    const onFall = (detail: string): void => void this.#fallen.push(detail);
    const ground = { supervisor: this.#supervisor, network, time, folder: join(this.#folder, "data"), onFall };
    const actors: ProcessActor[] = [];
    for (const cast of castPrograms(founded)) {
      const gate = await Gate.open(network.transport(cast.name));
      this.#gates.push(gate);
      const { address } = new KeySigner(scenario.seed, cast.name);
      const key = { address, privateKey: secretOf(scenario.seed, cast.name) };
      const keystore = await writeKeystore(join(this.#folder, "keys"), cast.name, key, PASSPHRASE);
      actors.push(new ProcessActor(ground, cast, { keystore, clockUrl, gateUrl: gate.url }));
    }
    return actors;
  }

  /** Nobody asks anybody anything, and every program waits for a later time. */
  #isIdle(): boolean {
    const running = [...(this.#world?.actors.values() ?? [])].filter(({ isRunning }) => isRunning);
    const isAtWork = (this.#clock?.busy(running.map(({ name }) => name)).length ?? 0) > 0;
    return !isAtWork && this.#chain!.line.isIdle && this.#gates.every(({ isIdle }) => isIdle);
  }
}

function nothing(): void {
  // Routes of the clock cannot fail in a way anybody needs to read.
}
