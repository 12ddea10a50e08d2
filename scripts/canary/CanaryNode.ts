// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { Clock } from "../chain/Clock.ts";
import { errorFacts } from "../chain/errorFacts.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { Log } from "../chain/Log.ts";
import type { Route } from "../chain/serveHttp.ts";
import type { Transport } from "../chain/Transport.ts";
import { BallastError } from "../model/BallastError.ts";
import { stepAlerts } from "../model/alerts/stepAlerts.ts";
import type { Alert, Finding } from "../model/alerts/stepAlerts.ts";
import type { AlertMetrics } from "./AlertMetrics.ts";
import type { Probe, ProbeView } from "./Probe.ts";

/** What a canary is made of. It has no key. */
export interface CanaryParts {
  readonly agreed: AgreedChain;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly log: Log;
  readonly headAge: HeadAge;
  readonly metrics: AlertMetrics;
  readonly probes: readonly Probe[];
  readonly pollMs: bigint;
  /** An alert ends when its trouble was not found for so long. */
  readonly calmMs: bigint;
  /** The chain may be unreadable, or a probe blind, so long. */
  readonly blindMs: bigint;
  /** Told by POST of every alert that is raised or cleared. */
  readonly webhook: string | undefined;
}

const WEBHOOK_TIMEOUT_MS = 5_000;

/**
 * Watches from outside whether the protocol is kept alive, and calls people when it is not: it takes nothing that
 * keepers say of themselves for granted, does nothing itself, and holds nothing worth stealing.
 */
export class CanaryNode {
  readonly #parts: CanaryParts;
  #alerts: ReadonlyMap<string, Alert> = new Map();
  /** Messages that the webhook has not taken yet, oldest first. */
  #untold: string[] = [];

  constructor(parts: CanaryParts) {
    this.#parts = parts;
  }

  /** One look at everything; returns when to come back. */
  async turn(signal: AbortSignal): Promise<bigint> {
    const { clock, pollMs } = this.#parts;
    const nowMs = await clock.now();
    await this.#step(await this.#findings(nowMs, signal), nowMs);
    return (await clock.now()) + pollMs;
  }

  /** Alerts that are raised, oldest trouble first. */
  raised(): Alert[] {
    const raised = [...this.#alerts.values()].filter(({ isRaised }) => isRaised);
    return raised.sort((a, b) => Number(a.sinceMs - b.sinceMs));
  }

  /** `/alerts`: what is raised now. */
  routes(): Route[] {
    return [{ method: "GET", path: "/alerts", answer: () => ({ body: this.raised().map(shown) }) }];
  }

  async #findings(nowMs: bigint, signal: AbortSignal): Promise<Finding[]> {
    const { agreed, headAge, probes } = this.#parts;
    try {
      const head = await agreed.head();
      headAge.see(head);
      const view: ProbeView = { head, nowMs, signal };
      const old = headAge.isFresh(nowMs) ? [] : [this.#finding("chain head", "the newest block is old")];
      return [...old, ...(await Promise.all(probes.map((probe) => this.#lookWith(probe, view)))).flat()];
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      this.#parts.log.warn(errorFacts(error), "the chain cannot be read");
      return [this.#finding("chain unreadable", `the chain cannot be read: ${error.code}`)];
    }
  }

  async #lookWith(probe: Probe, view: ProbeView): Promise<readonly Finding[]> {
    try {
      return await probe.look(view);
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      this.#parts.log.warn({ probe: probe.name, ...errorFacts(error) }, "probe is blind");
      return [this.#finding(`blind ${probe.name}`, `${probe.name} cannot be looked at: ${error.code}`)];
    }
  }

  #finding(id: string, text: string): Finding {
    return { id, severity: "page", text, patienceMs: this.#parts.blindMs };
  }

  async #step(findings: readonly Finding[], nowMs: bigint): Promise<void> {
    const { log, metrics, calmMs } = this.#parts;
    const { alerts, raised, cleared } = stepAlerts(this.#alerts, findings, nowMs, calmMs);
    this.#alerts = alerts;
    metrics.record(raised, this.raised(), nowMs);
    for (const alert of raised) log[alert.severity === "page" ? "error" : "warn"](shown(alert), "alert");
    for (const alert of cleared) log.info(shown(alert), "alert is over");
    await this.#tell([
      ...raised.map((alert) => JSON.stringify({ event: "raised", ...shown(alert) })),
      ...cleared.map((alert) => JSON.stringify({ event: "cleared", ...shown(alert) })),
    ]);
  }

  /** Tells the webhook; what it does not take is told again with the next look. */
  async #tell(messages: readonly string[]): Promise<void> {
    const { transport, webhook, log } = this.#parts;
    if (webhook === undefined) return;
    this.#untold = [...this.#untold, ...messages].slice(-MOST_UNTOLD);
    while (this.#untold.length > 0) {
      try {
        const request = {
          url: webhook,
          method: "POST",
          body: this.#untold[0]!,
          timeoutMs: WEBHOOK_TIMEOUT_MS,
        } as const;
        const { status } = await transport.request(request);
        if (status >= 300) throw new BallastError("httpStatus", `HTTP status ${status}`, { context: { status } });
      } catch (error) {
        if (!(error instanceof BallastError)) throw error;
        log.warn({ untold: this.#untold.length, ...errorFacts(error) }, "the webhook does not listen");
        return;
      }
      this.#untold.shift();
    }
  }
}

/** A webhook that is away for long gets the newest. */
const MOST_UNTOLD = 256;

function shown({ id, severity, text, sinceMs }: Alert): Record<string, string> {
  return { alert: id, severity, text, since: new Date(Number(sinceMs)).toISOString() };
}
