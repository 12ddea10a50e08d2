// SPDX-License-Identifier: MIT
import { Result } from "ethers";
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";
import { z } from "zod";

import type { ContractReader } from "../chain/ContractReader.ts";
import type { Finding } from "../model/alerts/stepAlerts.ts";
import { LEVELS } from "../model/risk/types.ts";
import type { Probe, ProbeView } from "./Probe.ts";

/** What is asked of prices. */
export interface PricePolicy {
  /** A price older than this is an alert. */
  readonly maximumAgeMs: bigint;
  /** A feed may have no price at all so long. */
  readonly missingMs: bigint;
  /** A feed may be in a mode other than Normal so long. */
  readonly modePatienceMs: bigint;
}

const roundShape = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]);
const standShape = z
  .instanceof(Result)
  .transform((result): unknown => result.toObject())
  .pipe(z.object({ mode: z.bigint() }));

/** Whether prices are young, and whether the breaker stands as it should. */
export class PriceProbe implements Probe {
  readonly name = "price";
  readonly #oracle: ContractReader;
  readonly #risk: ContractReader | undefined;
  readonly #policy: PricePolicy;
  readonly #age: Gauge<"feed">;
  readonly #mode: Gauge<"feed">;

  /** @param risk The risk manager; without it modes are not looked at. */
  constructor(oracle: ContractReader, risk: ContractReader | undefined, policy: PricePolicy, registry: Registry) {
    this.#oracle = oracle;
    this.#risk = risk;
    this.#policy = policy;
    const labelNames = ["feed"] as const;
    const registers = [registry];
    this.#age = new Gauge({ name: "ballast_price_age_seconds", help: "Age of a feed's price", labelNames, registers });
    this.#mode = new Gauge({
      name: "ballast_mode",
      help: "Mode of a feed: 0 Normal, 1 Cautious, 2 Recovery, 3 ReduceOnly, 4 Halted",
      labelNames,
      registers,
    });
  }

  async look(view: ProbeView): Promise<readonly Finding[]> {
    const count = z.bigint().parse((await this.#oracle.read("feedCount", [], view.head))[0]);
    const feeds = Array.from({ length: Number(count) }, (_, feed) => BigInt(feed));
    return (await Promise.all(feeds.map((feed) => this.#lookAt(feed, view)))).flat();
  }

  async #lookAt(feed: bigint, view: ProbeView): Promise<Finding[]> {
    return [...(await this.#ageOf(feed, view)), ...(await this.#modeOf(feed, view))];
  }

  async #ageOf(feed: bigint, { head, nowMs }: ProbeView): Promise<Finding[]> {
    const { maximumAgeMs } = this.#policy;
    const [, price, , updatedAt] = roundShape.parse([...(await this.#oracle.read("latestRoundData", [feed], head))]);
    if (price === 0n)
      return [
        {
          id: `price ${feed} age`,
          severity: "page",
          text: `feed ${feed} has no price`,
          patienceMs: this.#policy.missingMs,
        },
      ];
    const ageMs = nowMs - updatedAt * 1000n;
    this.#age.set({ feed: `${feed}` }, Number(ageMs) / 1000);
    if (ageMs <= maximumAgeMs) return [];
    const text = `the price of feed ${feed} is ${ageMs / 1000n} s old`;
    return [{ id: `price ${feed} age`, severity: "page", text, patienceMs: 0n }];
  }

  async #modeOf(feed: bigint, { head }: ProbeView): Promise<Finding[]> {
    if (this.#risk === undefined) return [];
    const { mode } = standShape.parse((await this.#risk.read("standOf", [feed], head))[0]);
    this.#mode.set({ feed: `${feed}` }, Number(mode));
    if (mode === 0n) return [];
    const severity = LEVELS[Number(mode)] === "halted" ? "page" : "warn";
    const text = `feed ${feed} is ${LEVELS[Number(mode)]}`;
    return [{ id: `price ${feed} mode`, severity, text, patienceMs: this.#policy.modePatienceMs }];
  }
}
