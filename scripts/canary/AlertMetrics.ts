// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { Alert } from "../model/alerts/stepAlerts.ts";

/** Alerts for Prometheus. */
export class AlertMetrics {
  readonly #open: Gauge<"severity">;
  readonly #oldest: Gauge;
  readonly #raised: Counter<"severity">;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ["severity"] as const;
    this.#open = new Gauge({ name: "ballast_alerts", help: "Alerts that are raised", labelNames, registers });
    this.#raised = new Counter({ name: "ballast_alerts_total", help: "Alerts raised so far", labelNames, registers });
    this.#oldest = new Gauge({
      name: "ballast_alert_oldest_seconds",
      help: "For how long the oldest raised alert's trouble has lasted",
      registers,
    });
  }

  record(raised: readonly Alert[], open: readonly Alert[], nowMs: bigint): void {
    for (const { severity } of raised) this.#raised.inc({ severity });
    for (const severity of ["page", "warn"] as const)
      this.#open.set({ severity }, open.filter((alert) => alert.severity === severity).length);
    const oldestMs = open.reduce((oldest, { sinceMs }) => (sinceMs < oldest ? sinceMs : oldest), nowMs);
    this.#oldest.set(Number(nowMs - oldestMs) / 1000);
  }
}
