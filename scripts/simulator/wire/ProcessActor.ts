// SPDX-License-Identifier: MIT
import { join } from "node:path";

import { z } from "zod";

import { FetchTransport } from "../../chain/FetchTransport.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { RunningProgram, Supervisor } from "../Supervisor.ts";
import type { CastProgram } from "../world/castPrograms.ts";
import type { ProgramActor } from "../world/ProgramActor.ts";
import type { SimulatedNetwork } from "../world/SimulatedNetwork.ts";
import type { VirtualTime } from "../world/VirtualTime.ts";
import { FolderDisk } from "./FolderDisk.ts";
import { processConfig } from "./processConfig.ts";
import type { ProcessPlace } from "./processConfig.ts";
import { processHost } from "./processHost.ts";

/** What all processes stand on. */
export interface ProcessGround {
  readonly supervisor: Pick<Supervisor, "start">;
  readonly network: Pick<SimulatedNetwork, "serve">;
  readonly time: Pick<VirtualTime, "nowMs" | "waitUntil">;
  /** Of the data folders. */
  readonly folder: string;
  /** Told of a program that ended though nobody ended it. */
  readonly onFall: (detail: string) => void;
}

/** One process, from its start to its end. */
interface Life {
  isOver: boolean;
  program: RunningProgram | undefined;
}

/** Pause of a supervisor, as operators are told to have it. */
const RESTART_MS = 5_000;
/** The exit code that asks for another start: chain, disk or network failed. */
const TRY_AGAIN = 3;
const failure = z.object({ code: z.number().nullable() });

/** Somebody who runs one of the programs as a process of its own, on a folder that outlives it. */
export class ProcessActor implements ProgramActor {
  readonly name: string;
  readonly disk: FolderDisk;
  readonly #ground: ProcessGround;
  readonly #cast: CastProgram;
  readonly #place: Omit<ProcessPlace, "name" | "dataFolder">;
  readonly #transport = new FetchTransport();
  #life: Life | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(
    ground: ProcessGround,
    cast: CastProgram,
    place: Omit<ProcessPlace, "name" | "dataFolder">,
    name = cast.name,
  ) {
    this.name = name;
    this.disk = new FolderDisk(join(ground.folder, name));
    this.#ground = ground;
    this.#cast = cast;
    this.#place = place;
  }

  get isRunning(): boolean {
    return this.#life !== undefined;
  }

  twin(name: string): ProcessActor {
    return new ProcessActor(this.#ground, this.#cast, this.#place, name);
  }

  start(): void {
    if (this.#life !== undefined) return;
    const life: Life = { isOver: false, program: undefined };
    this.#life = life;
    this.#last = this.#last.then(() => this.#live(life));
  }

  kill(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#life = undefined;
    life.isOver = true;
    this.#ground.network.serve(this.name, undefined);
    void life.program?.stop("SIGKILL");
  }

  /** Starts it, and again when it ended by itself, until it is killed. */
  async #live(life: Life): Promise<void> {
    const { time } = this.#ground;
    while (!life.isOver) {
      const code = await this.#runOnce(life);
      if (life.isOver) return;
      this.#ground.network.serve(this.name, undefined);
      if (code !== TRY_AGAIN) this.#ground.onFall(`${this.name} ended by itself with ${code}`);
      await time.waitUntil(time.nowMs + RESTART_MS);
    }
  }

  /** @returns The exit code; null when a signal took it. */
  async #runOnce(life: Life): Promise<number | null> {
    const { supervisor, network } = this.#ground;
    const config = processConfig(this.#cast, { ...this.#place, name: this.name, dataFolder: this.disk.folder });
    try {
      const program = await supervisor.start(this.name, this.#cast.program, config);
      if (life.isOver) return await program.stop("SIGKILL");
      life.program = program;
      network.serve(this.name, processHost(program.url, this.#transport));
      return await program.ended;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      return failure.safeParse(error.context).data?.code ?? null;
    }
  }
}
