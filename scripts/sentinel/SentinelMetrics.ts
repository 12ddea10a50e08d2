// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";

/** What a sentinel thinks, for Prometheus. */
export class SentinelMetrics {
  readonly #risk: Gauge<"feed">;
  readonly #addOn: Gauge<"feed">;
  readonly #abstains: Gauge<"feed">;

  constructor(registry: Registry) {
    const shape = { labelNames: ["feed" as const], registers: [registry] };
    this.#risk = new Gauge({
      ...shape,
      name: "ballast_risk_score",
      help: "Risk of an outage within the horizon, 0 to 1; missing while it abstains",
    });
    this.#addOn = new Gauge({
      ...shape,
      name: "ballast_margin_addon_bps",
      help: "Add-on to initial margin that this sentinel asks for",
    });
    this.#abstains = new Gauge({
      ...shape,
      name: "ballast_sentinel_abstains",
      help: "1 while something it needs is missing",
    });
  }

  /** Shows a feed; an undefined risk is an abstention. */
  show(feed: number, risk: number | undefined, addOnBps: bigint): void {
    const label = { feed: String(feed) };
    if (risk === undefined) this.#risk.remove(label);
    else this.#risk.set(label, risk);
    this.#addOn.set(label, Number(addOnBps));
    this.#abstains.set(label, risk === undefined ? 1 : 0);
  }
}
