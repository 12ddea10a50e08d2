// SPDX-License-Identifier: MIT
import { errorFacts } from "../chain/errorFacts.ts";
import type { Transport } from "../chain/Transport.ts";
import { BallastError } from "../model/BallastError.ts";
import type { Finding } from "../model/alerts/stepAlerts.ts";
import type { Probe, ProbeView } from "./Probe.ts";

/** A program whose pages are looked at. */
export interface WatchedProgram {
  readonly name: string;
  readonly url: string;
  /** Its pages may be red so long. */
  readonly patienceMs: bigint;
}

/** Whether a program lives and does its work, as its own pages tell. */
export class ProgramProbe implements Probe {
  readonly name = "program";
  readonly #program: WatchedProgram;
  readonly #transport: Transport;
  readonly #timeoutMs: number;

  constructor(program: WatchedProgram, transport: Transport, timeoutMs: number) {
    this.#program = program;
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  async look({ signal }: ProbeView): Promise<readonly Finding[]> {
    const live = await this.#page("/live", signal);
    if (live !== undefined) return [this.#finding("page", "live", `does not live: ${live}`)];
    const ready = await this.#page("/ready", signal);
    return ready === undefined ? [] : [this.#finding("warn", "ready", `does not do its work: ${ready}`)];
  }

  /** What is wrong with a page; undefined when nothing is. */
  async #page(path: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const request = { url: `${this.#program.url}${path}`, timeoutMs: this.#timeoutMs, signal };
      const { status, body } = await this.#transport.request(request);
      return status === 200 ? undefined : `${status} ${body.slice(0, 100)}`;
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      return String(errorFacts(error)["code"]);
    }
  }

  #finding(severity: Finding["severity"], page: string, text: string): Finding {
    const { name, patienceMs } = this.#program;
    return { id: `program ${name} ${page}`, severity, text: `${name} ${text}`, patienceMs };
  }
}
