// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { DeskTurn } from "./deskTypes.ts";
import { errorFacts } from "./errorFacts.ts";
import type { IntentBook } from "./IntentBook.ts";
import type { Log } from "./Log.ts";

/** What a desk does, as Prometheus metrics and log lines; every line has the intent's key. */
export class IntentMetrics {
  readonly #events: Counter<"event">;
  readonly #problems: Counter<"code" | "remedy">;
  readonly #backlog: Gauge<"class">;
  readonly #log: Log;

  constructor(registry: Registry, log: Log) {
    const registers = [registry];
    this.#log = log;
    this.#events = new Counter({
      name: "ballast_intents_total",
      help: "Steps of intents",
      labelNames: ["event"],
      registers,
    });
    this.#problems = new Counter({
      name: "ballast_intent_problems_total",
      help: "Failures that held an intent up, and what to do about them",
      labelNames: ["code", "remedy"],
      registers,
    });
    this.#backlog = new Gauge({
      name: "ballast_backlog",
      help: "Open intents by class of action",
      labelNames: ["class"],
      registers,
    });
  }

  /** Counts a turn and shows what is still open. */
  record({ events, problems }: DeskTurn, book: IntentBook): void {
    for (const { key, kind, nonce, hash } of events) {
      this.#events.inc({ event: kind });
      const isQuiet = kind === "mined" || kind === "nonceTaken"; // repeated every turn until final
      this.#log[isQuiet ? "debug" : "info"]({ intent: key, nonce, hash }, kind);
    }
    for (const { key, error, remedy } of problems) {
      this.#problems.inc({ code: error.code, remedy });
      this.#log[remedy === "page" ? "error" : "warn"]({ intent: key, remedy, ...errorFacts(error) }, "intent held up");
    }
    this.#backlog.reset();
    for (const { className } of book.open()) this.#backlog.inc({ class: className });
  }
}
