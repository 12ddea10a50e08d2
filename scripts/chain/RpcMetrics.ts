// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";

import type { Breaker } from "../model/stepBreaker.ts";
import type { Log } from "./Log.ts";
import type { RpcObserver } from "./RpcObserver.ts";

const SHOWN: Readonly<Record<Breaker["kind"], number>> = { closed: 0, halfOpen: 1, open: 2 };

/** Requests, breakers and disagreements as Prometheus metrics; what an operator should look at goes to the log too. */
export class RpcMetrics implements RpcObserver {
  readonly #requests: Counter<"endpoint" | "method" | "outcome">;
  readonly #latency: Histogram<"endpoint">;
  readonly #breaker: Gauge<"endpoint">;
  readonly #disagreements: Counter<"endpoint" | "method">;
  readonly #lag: Gauge<"endpoint">;
  readonly #log: Log;

  constructor(registry: Registry, log: Log) {
    const registers = [registry];
    this.#log = log;
    this.#requests = new Counter({
      name: "ballast_rpc_requests_total",
      help: "Requests to the chain by what became of them",
      labelNames: ["endpoint", "method", "outcome"],
      registers,
    });
    this.#latency = new Histogram({
      name: "ballast_rpc_latency_seconds",
      help: "Time an endpoint took to answer or fail",
      labelNames: ["endpoint"],
      registers,
    });
    this.#breaker = new Gauge({
      name: "ballast_rpc_breaker_state",
      help: "0 closed, 1 on trial, 2 open",
      labelNames: ["endpoint"],
      registers,
    });
    this.#lag = new Gauge({
      name: "ballast_rpc_lag_blocks",
      help: "Blocks an endpoint was behind what enough others have when heights were last compared",
      labelNames: ["endpoint"],
      registers,
    });
    this.#disagreements = new Counter({
      name: "ballast_rpc_disagreements_total",
      help: "Answers that enough other endpoints contradicted",
      labelNames: ["endpoint", "method"],
      registers,
    });
  }

  answered(endpoint: string, method: string, outcome: string, elapsedMs: number): void {
    this.#requests.inc({ endpoint, method, outcome });
    this.#latency.observe({ endpoint }, elapsedMs / 1000);
  }

  breakerChanged(endpoint: string, breaker: Breaker): void {
    this.#breaker.set({ endpoint }, SHOWN[breaker.kind]);
    if (breaker.kind === "open") this.#log.warn({ endpoint, trips: breaker.trips }, "endpoint set aside");
    else if (breaker.kind === "closed") this.#log.info({ endpoint }, "endpoint is back");
  }

  disagreed(endpoint: string, method: string): void {
    this.#disagreements.inc({ endpoint, method });
    this.#log.warn({ endpoint, method }, "endpoint contradicts the others");
  }

  lagged(endpoint: string, blocks: bigint): void {
    this.#lag.set({ endpoint }, Number(blocks));
  }
}
