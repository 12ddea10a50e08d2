// SPDX-License-Identifier: MIT
import { join } from "node:path";

import type { Log } from "../../chain/Log.ts";
import { serveHttp } from "../../chain/serveHttp.ts";
import type { HttpServer } from "../../chain/serveHttp.ts";
import { BallastError } from "../../model/BallastError.ts";
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

/** Less than in one process, where it costs nothing: validators have listened, and buyers find their money, two minutes before. */
const LEAD_SECONDS = 180n;
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
  readonly #lost = new AbortController();
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
    this.#pace = new Pace(() => this.#isIdle(), AbortSignal.any([signal, this.#lost.signal]));
    this.#supervisor = new Supervisor(folder, PASSPHRASE);
  }

  /** Programs that ended though nobody ended them, in words. */
  get fallen(): readonly string[] {
    return this.#fallen;
  }

  /** Starts the chain, deploys, bonds and calms down. No program runs yet. @throws BallastError `chainLost`. */
  build(): Promise<World> {
    return this.orLost(this.#build());
  }

  /** The result of `work` in this world. @throws BallastError `chainLost` as soon as the chain cannot be reached any more. */
  async orLost<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this.#lost;
    signal.throwIfAborted();
    return Promise.race([
      work,
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    ]);
  }

  /** Ends every process and server. */
  async close(): Promise<void> {
    await (this.#lost.signal.aborted ? this.#abandon() : (this.#world ?? this.#chain)?.close());
    await Promise.all(this.#gates.map((gate) => gate.close()));
    await this.#clockHttp?.close();
    await this.#supervisor.close();
    await forgetDeployment(); // when it ended in the middle of one
  }

  async #build(): Promise<World> {
    const startSeconds = startSecondsOf(this.#scenario);
    const { url } = await this.#supervisor.start("chain", "chain", { startAtSeconds: startSeconds.toString() });
    this.#chain = await SimulatedChain.over(url, startSeconds, () =>
      this.#lost.abort(new BallastError("chainLost", "The process of the chain does not answer any more")),
    );
    const founded = await foundWorld(this.#scenario, this.#chain, {
      settled: (nowMs) => this.#pace.settled(nowMs),
      leadSeconds: LEAD_SECONDS,
      shown: showAsSeen,
    });
    const actors = await this.#createActors(founded, await this.#startClock(founded));
    this.#world = new World({ ...founded, actors: new Map(actors.map((actor) => [actor.name, actor])) });
    return this.#world;
  }

  /** Closes a world whose chain answers nobody: nothing that is under way is waited for. */
  async #abandon(): Promise<void> {
    this.#world?.driver.stop();
    for (const actor of this.#world?.actors.values() ?? []) actor.kill();
    await this.#chain?.close();
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
