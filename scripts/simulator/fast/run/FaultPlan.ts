// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import type { Fault, FaultType } from "../../scenario/faultTypes.ts";
import { populationOf } from "../../scenario/population.ts";
import type { Kind, Population } from "../../scenario/population.ts";
import { resolveTargets } from "../../scenario/resolveTargets.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import { stepAt } from "../../scenario/stepAt.ts";
import { streamOf } from "../../scenario/streams.ts";
import { changePrice } from "./changePrice.ts";
import { RelayLateness } from "./RelayLateness.ts";

/** Faults that the fast tier can show; every other is refused, never left out in silence. */
export const MODELLED_FAULTS = [
  "oracle.silent",
  "oracle.value",
  "validator.crash",
  "validator.restart",
  "venue.outage",
  "venue.value",
  "witness.silent",
  "witness.value",
  "witness.floor",
  "relayer.silent",
  "net.delay",
  "rpc.refuse",
  "rpc.hang",
  "rpc.error",
  "market.gap",
  "chain.halt",
  "chain.fullBlocks",
  "chain.gasSpike",
  "keeper.crash",
  "keeper.slow",
  // Nothing of this tier waits for finality, and nobody governs or guards in it.
  "chain.finalityStall",
  "admin.guardianGone",
  "admin.governanceGone",
] as const satisfies readonly FaultType[];
type Modelled = (typeof MODELLED_FAULTS)[number];
type ModelledFamily = Modelled extends `${infer Family}.${string}` ? Family : never;

/** Who may be hit by a fault that hits some but not all kinds. */
const REACHED: Partial<Record<Modelled, readonly Kind[]>> = {
  "net.delay": ["relayers"],
  "rpc.refuse": ["validators", "relayers", "keepers", "liquidators"],
  "rpc.hang": ["validators", "relayers", "keepers", "liquidators"],
  "rpc.error": ["validators", "relayers", "keepers", "liquidators"],
};

interface Window {
  readonly fault: Fault<Modelled>;
  readonly from: number;
  readonly until: number;
  /** Names of those it hits. */
  readonly hits: ReadonlySet<string>;
}

/** A price with 8 decimals by second. */
type PriceOf = (seconds: number) => number;

const NONE: readonly Window[] = [];
const WORKING = { works: true, isSlow: false };
const RESTING = { works: false, isSlow: false };

/** What the faults of a scenario do, by second; all of it pure. Members are places in their population, from 0. */
export class FaultPlan {
  readonly #scenario: Scenario;
  readonly #population: Population;
  readonly #windows: readonly Window[];
  readonly #byFamily = new Map<string, readonly Window[]>();
  readonly #lateness = new Map<Window, RelayLateness>();

  /** @throws BallastError `faultNotModelled` naming every type that this tier cannot show. */
  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#population = populationOf(scenario);
    refuseOthers(scenario.faults, this.#population, scenario.seed);
    this.#windows = scenario.faults.filter(isModelled).map((fault) => windowOf(fault, this.#population, scenario.seed));
    for (const window of this.#windows) {
      const { family, name } = window.fault;
      this.#byFamily.set(family, [...(this.#byFamily.get(family) ?? []), window]);
      if (window.fault.type === "net.delay") {
        this.#lateness.set(
          window,
          new RelayLateness(window.fault.with, streamOf(scenario.seed, `lateness of ${name}`)),
        );
      }
    }
  }

  /** When the last of the faults that end heals; undefined where none does. */
  get healedAt(): number | undefined {
    const ends = this.#windows.map(({ until }) => until).filter(Number.isFinite);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Whether any fault is in force. */
  isAnyInForce(seconds: number): boolean {
    return this.#windows.some(({ from, until }) => seconds >= from && seconds < until);
  }

  /** Whether some fault of a family comes at any time. */
  hasFamily(family: ModelledFamily): boolean {
    return this.#byFamily.has(family);
  }

  /** What gaps make of a true price. */
  gapAt(feed: number, seconds: number): number {
    let multiply = 1;
    for (const { fault } of this.#inForce("market", this.#population.feeds[feed], seconds)) {
      if (fault.type === "market.gap") multiply *= fault.with.multiply;
    }
    return multiply;
  }

  /** A venue's price; undefined: it does not answer. */
  venuePrice(venue: number, seconds: number, priceOf: PriceOf): number | undefined {
    return this.#changed("venue", this.#population.venues[venue]!, seconds, priceOf, "venue.outage");
  }

  /** A witness's answer; undefined: it has nothing new to say. */
  witnessPrice(witness: number, seconds: number, priceOf: PriceOf): number | undefined {
    return this.#changed("witness", this.#population.witnesses[witness]!, seconds, priceOf, "witness.silent");
  }

  /** A validator's report; undefined: it says nothing. */
  report(validator: number, seconds: number, priceOf: PriceOf): number | undefined {
    const name = this.#population.validators[validator]!;
    if (this.#inForce("validator", name, seconds).length > 0 || this.#isCutOff(name, seconds)) return undefined;
    return this.#changed("oracle", name, seconds, priceOf, "oracle.silent");
  }

  /** Seconds that the quickest relayer needs for a round beyond the usual; undefined: nobody relays it. */
  relayDelay(round: number, seconds: number): number | undefined {
    let quickest: number | undefined;
    for (const name of this.#population.relayers) {
      if (this.#inForce("relayer", name, seconds).length > 0 || this.#isCutOff(name, seconds)) continue;
      const delay = this.#latenessOf(name, round, seconds);
      if (delay !== undefined && (quickest === undefined || delay < quickest)) quickest = delay;
    }
    return quickest;
  }

  /** Whether any fault comes between a round and its relay. */
  get delaysRelays(): boolean {
    return this.hasFamily("relayer") || this.hasFamily("net") || this.hasFamily("rpc");
  }

  /** The chain makes no blocks. */
  isHalted(seconds: number): boolean {
    return this.#isIn("chain.halt", seconds);
  }

  /** There are blocks, but others have all of their room. */
  isFull(seconds: number): boolean {
    return this.#isIn("chain.fullBlocks", seconds);
  }

  /** Base fee, gwei. */
  gasAt(seconds: number): number {
    let gwei = stepAt(this.#scenario.gas, seconds);
    for (const { fault } of this.#inForce("chain", undefined, seconds)) {
      if (fault.type === "chain.gasSpike") gwei = Math.max(gwei, fault.with.gwei);
    }
    return gwei;
  }

  /** Some keeper works; and all that do are slow. */
  keepersAt(seconds: number): { readonly works: boolean; readonly isSlow: boolean } {
    const { keepers } = this.#population;
    if (!this.hasFamily("keeper") && !this.hasFamily("rpc")) return keepers.length > 0 ? WORKING : RESTING;
    let works = false;
    let isSlow = true;
    for (const name of keepers) {
      const types = this.#inForce("keeper", name, seconds).map(({ fault }) => fault.type);
      if (types.includes("keeper.crash") || this.#isCutOff(name, seconds)) continue;
      works = true;
      if (!types.includes("keeper.slow")) isSlow = false;
    }
    return { works, isSlow: works && isSlow };
  }

  /** Whether a liquidator reaches the chain. */
  isLiquidatorUp(name: string, seconds: number): boolean {
    return !this.#isCutOff(name, seconds);
  }

  #isCutOff(name: string, seconds: number): boolean {
    return this.#inForce("rpc", name, seconds).length > 0;
  }

  #latenessOf(relayer: string, round: number, seconds: number): number | undefined {
    let delay = 0;
    for (const window of this.#inForce("net", relayer, seconds)) {
      const drawn = this.#lateness.get(window)!.of(round);
      if (drawn === undefined) return undefined;
      delay += drawn;
    }
    return delay;
  }

  #isIn(type: Modelled, seconds: number): boolean {
    return this.#inForce("chain", undefined, seconds).some(({ fault }) => fault.type === type);
  }

  #inForce(family: ModelledFamily, name: string | undefined, seconds: number): readonly Window[] {
    const windows = this.#byFamily.get(family);
    if (windows === undefined) return NONE;
    return windows.filter(
      ({ from, until, hits }) => seconds >= from && seconds < until && (name === undefined || hits.has(name)),
    );
  }

  #changed(
    family: ModelledFamily,
    name: string,
    seconds: number,
    priceOf: PriceOf,
    silence: Modelled,
  ): number | undefined {
    const windows = this.#inForce(family, name, seconds);
    if (windows.length === 0) return priceOf(seconds);
    if (windows.some(({ fault }) => fault.type === silence)) return undefined;
    return windows.reduce(
      (price, { fault, from }) => changePrice(fault, price, seconds - from, () => priceOf(from)),
      priceOf(seconds),
    );
  }
}

function isModelled(fault: Fault): fault is Fault<Modelled> {
  return (MODELLED_FAULTS as readonly string[]).includes(fault.type);
}

function refuseOthers(faults: readonly Fault[], population: Population, seed: number): void {
  const others = faults.filter((fault) => !isModelled(fault) || !reachesOnly(fault, population, seed));
  if (others.length === 0) return;
  const types = [...new Set(others.map(({ type }) => type))].sort();
  throw new BallastError(
    "faultNotModelled",
    `the fast tier cannot show ${types.join(", ")} as it is asked for; run the chain tier`,
    { context: { types, faults: others.map(({ name }) => name) } },
  );
}

/** Whether a fault hits only those whom this tier can have hit by it. */
function reachesOnly(fault: Fault<Modelled>, population: Population, seed: number): boolean {
  const kinds = REACHED[fault.type];
  if (kinds === undefined) return true;
  return resolveTargets(fault, population, seed).every((name) => kinds.some((kind) => population[kind].includes(name)));
}

function windowOf(fault: Fault<Modelled>, population: Population, seed: number): Window {
  const { atSeconds, forSeconds = Infinity } = fault;
  const hits = new Set(resolveTargets(fault, population, seed));
  return { fault, from: atSeconds, until: atSeconds + forSeconds, hits };
}
