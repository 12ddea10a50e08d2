// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { BlockFacts } from "../chain/chainFacts.ts";
import { BallastError } from "../model/BallastError.ts";
import { stepClockWatch, UNWATCHED } from "../model/stepClockWatch.ts";
import type { ClockWatch } from "../model/stepClockWatch.ts";

/**
 * Keeps a validator whose clock is wrong from signing: it would put prices of now into rounds of another time, which costs
 * its bond. Shown each confirmed head.
 */
export class ClockCheck {
  readonly #boundMs: bigint;
  readonly #lead: Gauge;
  #watch: ClockWatch = UNWATCHED;

  /** @param boundMs Error of the clock that is borne, either way. */
  constructor(registry: Registry, boundMs: bigint) {
    this.#boundMs = boundMs;
    this.#lead = new Gauge({
      name: "ballast_clock_lead_seconds",
      help: "Own clock less the time of the newest block when that came; far from 0 the clock is wrong",
      registers: [registry],
    });
  }

  /** @throws BallastError `clockSkewed` (retriable) while the clock is off by more than the bound, or may be. */
  see({ timestamp }: Pick<BlockFacts, "timestamp">, nowMs: bigint): void {
    this.#watch = stepClockWatch(this.#watch, { nowMs, headMs: timestamp * 1_000n }, this.#boundMs);
    const { verdict, leadMs } = this.#watch;
    if (leadMs !== undefined) this.#lead.set(Number(leadMs) / 1_000);
    if (verdict === "sound") return;
    throw new BallastError("clockSkewed", "The clock and the newest block are too far apart to sign", {
      context: { verdict, nowMs, headSeconds: timestamp, boundMs: this.#boundMs },
      retriable: true,
    });
  }
}
