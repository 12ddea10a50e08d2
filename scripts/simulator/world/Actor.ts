// SPDX-License-Identifier: MIT
import type { Log } from "../../chain/Log.ts";
import { LoopProgress } from "../../chain/LoopProgress.ts";
import { runLoop } from "../../chain/runLoop.ts";
import type { Route } from "../../chain/serveHttp.ts";
import { Incarnation } from "./Incarnation.ts";
import type { Manners } from "./Manners.ts";
import { MemoryDisk } from "./MemoryDisk.ts";
import type { ProcessPorts } from "./ProcessPorts.ts";
import type { ProgramActor } from "./ProgramActor.ts";
import { routesHost } from "./SimulatedNetwork.ts";
import type { SimulatedNetwork } from "./SimulatedNetwork.ts";
import type { VirtualTime } from "./VirtualTime.ts";

/** A program put together: its loop, and what it answers to others. */
export interface Launched {
  readonly turn: (signal: AbortSignal) => Promise<bigint>;
  readonly routes: readonly Route[];
}

/** How an actor's program is started. */
export interface ActorSettings {
  readonly name: string;
  /** Pause after a failed turn. */
  readonly pauseMs: bigint;
  readonly launch: (ports: ProcessPorts) => Promise<Launched>;
}

/** What all actors stand on. */
export interface Ground {
  readonly time: VirtualTime;
  readonly network: SimulatedNetwork;
  readonly manners: Pick<Manners, "skewMs" | "prices" | "ports">;
  readonly log: (actor: string) => Log;
}

/** Somebody who runs one of the programs, which may be killed and started again on what its disk still holds. */
export class Actor implements ProgramActor {
  readonly name: string;
  readonly disk = new MemoryDisk();
  readonly #ground: Ground;
  readonly #settings: ActorSettings;
  #incarnation: Incarnation | undefined;

  constructor(ground: Ground, settings: ActorSettings) {
    this.name = settings.name;
    this.#ground = ground;
    this.#settings = settings;
  }

  get isRunning(): boolean {
    return this.#incarnation !== undefined;
  }

  /** Somebody else with the same key and program, and a disk of his own. */
  twin(name: string): Actor {
    return new Actor(this.#ground, { ...this.#settings, name });
  }

  /** Starts a process, unless one runs. Returns at once: the program starts as others act. */
  start(): void {
    if (this.#incarnation !== undefined) return;
    const incarnation = new Incarnation();
    this.#incarnation = incarnation;
    void this.#live(incarnation);
  }

  /** Ends the process like a power cut. */
  kill(): void {
    this.#incarnation?.kill();
    this.#incarnation = undefined;
    this.#ground.network.serve(this.name, undefined);
  }

  async #live(incarnation: Incarnation): Promise<void> {
    const { pauseMs, launch } = this.#settings;
    const ports = this.#ports(incarnation);
    const { clock, log, progress } = ports;
    const { turn, routes } = await this.#untilLaunched(ports, launch);
    this.#ground.network.serve(this.name, routesHost(routes));
    await runLoop({ clock, log, progress, pauseMs }, turn, incarnation.signal);
  }

  /** A supervisor starts a program again that could not be started, as operators are told to have it. */
  async #untilLaunched(ports: ProcessPorts, launch: ActorSettings["launch"]): Promise<Launched> {
    for (;;) {
      try {
        return await launch(ports);
      } catch (error) {
        ports.log.error({ error: String(error) }, "could not start");
        await ports.clock.waitUntil((await ports.clock.now()) + RESTART_MS, new AbortController().signal);
      }
    }
  }

  #ports(incarnation: Incarnation): ProcessPorts {
    const { time, network, manners, log } = this.#ground;
    const clock = time.clock(() => manners.skewMs(this.name));
    const timer = time.timer();
    const transport = network.transport(this.name);
    return manners.ports(this.name, {
      clock: {
        now: incarnation.guard(() => clock.now()),
        waitUntil: incarnation.guard((timeMs, signal) => clock.waitUntil(timeMs, signal)),
      },
      timer: {
        elapsedMs: () => timer.elapsedMs(),
        after: (milliseconds, wake) =>
          timer.after(milliseconds, () => {
            if (!incarnation.isKilled) wake();
          }),
      },
      transport: { request: incarnation.guard((request) => transport.request(request)) },
      storage: {
        read: incarnation.guard((name) => this.disk.read(name)),
        write: incarnation.guard((name, text) => this.disk.write(name, text)),
      },
      database: (name, schema) => this.disk.database(name, schema),
      log: log(this.name),
      progress: new LoopProgress(this.#settings.pauseMs),
      prices: (observed) => manners.prices(this.name, observed),
    });
  }
}

/** Pause of the supervisor. */
const RESTART_MS = 5_000n;
