// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { Fault } from "../scenario/faultTypes.ts";
import type { Population } from "../scenario/population.ts";
import { resolveGroups, resolveTargets } from "../scenario/resolveTargets.ts";
import type { Seen } from "./Seen.ts";
import type { BlockSight } from "./sights.ts";
import type { StakeLoss } from "./SlashRecord.ts";

/** Further from the truth nobody is honest, percent. */
const FAR_PERCENT = 5n;
/** Faults that keep those from being heard whom they hit, beside all of family `rpc`. */
const SILENCING: ReadonlySet<string> = new Set([
  "oracle.silent",
  "oracle.clockSkew",
  "net.partition",
  "venue.outage",
  "validator.crash",
  "validator.restart",
  "validator.unbond",
  "validator.leave",
]);

interface Silence {
  readonly names: ReadonlySet<string>;
  readonly from: number;
  readonly until: number;
}

/** Who signed one true vector per round, at least half of each epoch: whose stake must not be lost. */
export class Honesty {
  readonly #world: Pick<Seen, "actors" | "truth" | "scenario">;
  readonly #isByzantine: (validator: string) => boolean;
  readonly #silences: readonly Silence[];
  readonly #seen = { liars: new Set<string>(), awayInEpoch: new Set<string>(), endsEpoch: false };

  constructor(
    world: Pick<Seen, "actors" | "truth" | "scenario" | "population">,
    isByzantine: (validator: string) => boolean,
  ) {
    this.#world = world;
    this.#isByzantine = isByzantine;
    const { scenario, population } = world;
    this.#silences = scenario.faults
      .filter(({ type, family }) => SILENCING.has(type) || family === "rpc")
      .map((fault) => {
        const from = fault.atSeconds;
        const names = new Set(silencedBy(fault, population, scenario.seed));
        return { names, from, until: from + (fault.forSeconds ?? Infinity) };
      });
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** Before anybody asks about the block. */
  see({ relays, feeds, seconds, timestamp, events }: BlockSight): void {
    if (this.#seen.endsEpoch) this.#seen.awayInEpoch = new Set();
    this.#seen.endsEpoch = events.some(({ contract, name }) => contract === "registry" && name === "EpochClosed");
    for (const [name, { isRunning }] of this.#world.actors)
      if (!isRunning || this.isSilenced(name, seconds)) this.#seen.awayInEpoch.add(name);
    for (const { reports, round } of relays) {
      const at = seconds - (timestamp - Number(round * ROUND_SECONDS));
      for (const { slot, id } of feeds) {
        const truth = this.#world.truth.priceAt(id, at);
        for (const { validator, prices } of reports) {
          const price = prices[slot] ?? 0n;
          const distance = price > truth ? price - truth : truth - price;
          if (price !== 0n && distance * 100n > truth * FAR_PERCENT) this.#seen.liars.add(validator);
        }
      }
    }
  }

  /** Neither made to lie nor seen far from the truth. */
  isTruthful(validator: string): boolean {
    return !this.#isByzantine(validator) && !this.#seen.liars.has(validator);
  }

  /** Some fault keeps it from signing or from being heard. */
  isSilenced(validator: string, seconds: number): boolean {
    return this.#silences.some(({ names, from, until }) => names.has(validator) && from <= seconds && seconds <= until);
  }

  /** Whether an honest validator lost this. For its absence only who was at work all epoch counts as such. */
  isHonestLoss({ validator, fault }: StakeLoss): boolean {
    return this.isTruthful(validator) && (fault !== "downtime" || !this.#seen.awayInEpoch.has(validator));
  }
}

/** Whom a fault keeps from being heard: its targets, or all validators where it hits what serves all of them alike. */
function silencedBy(fault: Fault, population: Population, seed: number): readonly string[] {
  if (fault.type === "net.partition") return resolveGroups(fault, population, seed).flat();
  const targets = resolveTargets(fault, population, seed);
  const { validators, endpoints, venues } = population;
  return targets.some((name) => endpoints.includes(name) || venues.includes(name)) ? validators : targets;
}
