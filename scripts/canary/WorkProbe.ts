// SPDX-License-Identifier: MIT
import type { Finding } from "../model/alerts/stepAlerts.ts";
import type { Duty } from "../keepers/Duty.ts";
import type { Probe, ProbeView } from "./Probe.ts";

/** Whoever looks with no account asks what anybody might do. */
const NOBODY = `0x${"0".repeat(40)}`;

/** Work that keepers leave undone: it asks the very duties that keepers run, and does nothing about their answer. */
export class WorkProbe implements Probe {
  readonly name = "work";
  readonly #duty: Duty;
  readonly #patienceMs: bigint;

  /** @param patienceMs Milliseconds after which due work is overdue. */
  constructor(duty: Duty, patienceMs: bigint) {
    this.#duty = duty;
    this.#patienceMs = patienceMs;
  }

  async look({ head, nowMs, signal }: ProbeView): Promise<readonly Finding[]> {
    const { name } = this.#duty;
    const jobs = await this.#duty.due({ head, nowMs, account: NOBODY, signal });
    return jobs.map(({ work, dueAtMs }) => ({
      id: `work ${name} ${work.key}`,
      severity: "page",
      text: `nobody does what is due: ${name} ${work.key}`,
      patienceMs: this.#patienceMs,
      ...(dueAtMs !== undefined && { sinceMs: dueAtMs }),
    }));
  }
}
