// SPDX-License-Identifier: MIT
import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { BlockFacts } from "../chain/chainFacts.ts";

/** What became of a job in a turn. */
export type JobOutcome = "planned" | "known" | "refused" | "tooDear" | "left" | "dryRun" | "failed";

const WEI_PER_GWEI = 1_000_000_000n;

/** What a keeper's duties see and do, for Prometheus. */
export class KeeperMetrics {
  readonly #due: Gauge<"duty">;
  readonly #oldest: Gauge<"duty">;
  readonly #jobs: Counter<"duty" | "outcome">;
  readonly #failures: Counter<"duty" | "code">;
  readonly #head: Gauge;
  readonly #balance: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#due = new Gauge({ name: "ballast_due", help: "Jobs that are due", labelNames: ["duty"], registers });
    this.#oldest = new Gauge({
      name: "ballast_due_oldest_seconds",
      help: "For how long the oldest of them has been due",
      labelNames: ["duty"],
      registers,
    });
    this.#jobs = new Counter({
      name: "ballast_jobs_total",
      help: "Looks at a due job, by what became of it",
      labelNames: ["duty", "outcome"],
      registers,
    });
    this.#failures = new Counter({
      name: "ballast_duty_failures_total",
      help: "Turns in which a duty could not be looked at",
      labelNames: ["duty", "code"],
      registers,
    });
    this.#head = new Gauge({ name: "ballast_head_block", help: "Newest block agreed on", registers });
    this.#balance = new Gauge({ name: "ballast_wallet_balance", help: "Ether left for gas", registers });
  }

  head({ number }: BlockFacts): void {
    this.#head.set(Number(number));
  }

  balance(balanceWei: bigint): void {
    this.#balance.set(Number(balanceWei / WEI_PER_GWEI) / Number(WEI_PER_GWEI));
  }

  due(duty: string, count: number, oldestMs: bigint): void {
    this.#due.set({ duty }, count);
    this.#oldest.set({ duty }, Number(oldestMs) / 1_000);
  }

  job(duty: string, outcome: JobOutcome): void {
    this.#jobs.inc({ duty, outcome });
  }

  failure(duty: string, code: string): void {
    this.#failures.inc({ duty, code });
  }
}
