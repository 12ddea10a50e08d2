// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { QuotingDecision } from "../model/trading/decideQuotes.ts";

/** What a maker shows of itself. */
export class MakerMetrics {
  readonly offered: Counter<"board" | "outcome">;
  readonly #standing: Gauge<"place">;
  readonly #silent: Gauge<"place" | "reason">;
  readonly #reasons = new Map<string, string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.offered = new Counter({
      name: "ballast_maker_posted_total",
      help: "Quotes offered to boards by what became of them",
      labelNames: ["board", "outcome"],
      registers,
    });
    this.#standing = new Gauge({
      name: "ballast_maker_quotes",
      help: "Quotes of the newest round that a board took, by market and expiry",
      labelNames: ["place"],
      registers,
    });
    this.#silent = new Gauge({
      name: "ballast_maker_silent",
      help: "1 while nothing is quoted, by market, expiry and reason",
      labelNames: ["place", "reason"],
      registers,
    });
  }

  /** Notes what was decided for a market and expiry. */
  decided(place: string, decision: QuotingDecision): void {
    const before = this.#reasons.get(place);
    if (before !== undefined) this.#silent.remove({ place, reason: before });
    this.#reasons.delete(place);
    if (decision.kind === "quote") return;
    this.#reasons.set(place, decision.reason);
    this.#silent.set({ place, reason: decision.reason }, 1);
    this.#standing.set({ place }, 0);
  }

  posted(place: string, taken: number): void {
    this.#standing.set({ place }, taken);
  }

  /** What is quoted no more, because its expiry is over. */
  forget(place: string): void {
    const reason = this.#reasons.get(place);
    if (reason !== undefined) this.#silent.remove({ place, reason });
    this.#reasons.delete(place);
    this.#standing.remove({ place });
  }
}
