// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import type { Fault, FaultType } from "../../scenario/faultTypes.ts";
import { populationOf } from "../../scenario/population.ts";
import { resolveTargets } from "../../scenario/resolveTargets.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import { stepAt } from "../../scenario/stepAt.ts";
import { changePrice } from "./changePrice.ts";

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
  "market.gap",
  "chain.halt",
  "chain.gasSpike",
  "keeper.crash",
  "keeper.slow",
] as const satisfies readonly FaultType[];
type Modelled = (typeof MODELLED_FAULTS)[number];

interface Window {
  readonly fault: Fault<Modelled>;
  readonly from: number;
  readonly until: number;
  /** Places of those it hits in their population. */
  readonly hits: ReadonlySet<number>;
}

/** A price with 8 decimals, and what it was when a fault began. */
type PriceOf = (seconds: number) => number;

/** What the faults of a scenario do, by second; all of it pure. Members are places in their population, from 0. */
export class FaultPlan {
  readonly #scenario: Scenario;
  readonly #windows: readonly Window[];
  readonly #byFamily = new Map<string, readonly Window[]>();

  /** @throws BallastError `faultNotModelled` naming every type that this tier cannot show. */
  constructor(scenario: Scenario) {
    refuseOthers(scenario.faults);
    this.#scenario = scenario;
    this.#windows = scenario.faults.filter(isModelled).map((fault) => windowOf(fault, scenario));
    for (const window of this.#windows) {
      const { family } = window.fault;
      this.#byFamily.set(family, [...(this.#byFamily.get(family) ?? []), window]);
    }
  }

  /** When the last fault heals, undefined where one never does or there is none. */
  get healedAt(): number | undefined {
    const ends = this.#windows.map(({ until }) => until);
    const last = Math.max(...ends);
    return ends.length > 0 && last < this.#scenario.durationSeconds ? last : undefined;
  }

  /** Whether any fault is in force. */
  isAnyInForce(seconds: number): boolean {
    return this.#windows.some(({ from, until }) => seconds >= from && seconds < until);
  }

  /** Whether some fault of a family comes at any time. */
  hasFamily(family: Modelled extends `${infer Family}.${string}` ? Family : never): boolean {
    return this.#byFamily.has(family);
  }

  /** What gaps make of a true price. */
  gapAt(feed: number, seconds: number): number {
    if (!this.#byFamily.has("market")) return 1;
    let multiply = 1;
    for (const { fault } of this.#inForce("market", feed, seconds)) {
      if (fault.type === "market.gap") multiply *= fault.with.multiply;
    }
    return multiply;
  }

  /** A venue's price; undefined: it does not answer. */
  venuePrice(venue: number, seconds: number, priceOf: PriceOf): number | undefined {
    return this.#changed("venue", venue, seconds, priceOf, "venue.outage");
  }

  /** A witness's answer; undefined: it has nothing new to say. */
  witnessPrice(witness: number, seconds: number, priceOf: PriceOf): number | undefined {
    return this.#changed("witness", witness, seconds, priceOf, "witness.silent");
  }

  /** A validator's report; undefined: it says nothing. */
  report(validator: number, seconds: number, priceOf: PriceOf): number | undefined {
    if (this.#inForce("validator", validator, seconds).length > 0) return undefined;
    return this.#changed("oracle", validator, seconds, priceOf, "oracle.silent");
  }

  /** Validators that some fault makes lie or be silent at some time. */
  isEverByzantine(validator: number): boolean {
    return this.#windows.some(({ fault, hits }) => fault.type === "oracle.value" && hits.has(validator));
  }

  /** No bundle reaches the chain. */
  isUnrelayed(seconds: number): boolean {
    if (!this.#byFamily.has("relayer")) return false;
    const { relayers } = this.#scenario.actors;
    return !Array.from({ length: relayers.count }, (_, relayer) => relayer).some(
      (relayer) => this.#inForce("relayer", relayer, seconds).length === 0,
    );
  }

  /** The chain makes no blocks. */
  isHalted(seconds: number): boolean {
    return this.#isIn("chain.halt", seconds);
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
    const { replicas } = this.#scenario.actors.keepers;
    if (!this.#byFamily.has("keeper")) return replicas > 0 ? WORKING : RESTING;
    let works = false;
    let isSlow = true;
    for (let keeper = 0; keeper < replicas; keeper += 1) {
      const types = this.#inForce("keeper", keeper, seconds).map(({ fault }) => fault.type);
      if (types.includes("keeper.crash")) continue;
      works = true;
      if (!types.includes("keeper.slow")) isSlow = false;
    }
    return { works, isSlow: works && isSlow };
  }

  #isIn(type: Modelled, seconds: number): boolean {
    return this.#windows.some(({ fault, from, until }) => fault.type === type && seconds >= from && seconds < until);
  }

  #inForce(family: string, member: number | undefined, seconds: number): readonly Window[] {
    const windows = this.#byFamily.get(family);
    if (windows === undefined) return NONE;
    return windows.filter(
      ({ from, until, hits }) => seconds >= from && seconds < until && (member === undefined || hits.has(member)),
    );
  }

  #changed(family: string, member: number, seconds: number, priceOf: PriceOf, silence: Modelled): number | undefined {
    const windows = this.#inForce(family, member, seconds);
    if (windows.length === 0) return priceOf(seconds);
    if (windows.some(({ fault }) => fault.type === silence)) return undefined;
    return windows.reduce(
      (price, { fault, from }) => changePrice(fault, price, seconds - from, () => priceOf(from)),
      priceOf(seconds),
    );
  }
}

const NONE: readonly Window[] = [];
const WORKING = { works: true, isSlow: false };
const RESTING = { works: false, isSlow: false };

function isModelled(fault: Fault): fault is Fault<Modelled> {
  return (MODELLED_FAULTS as readonly string[]).includes(fault.type);
}

function refuseOthers(faults: readonly Fault[]): void {
  const others = [...new Set(faults.filter((fault) => !isModelled(fault)).map(({ type }) => type))].sort();
  if (others.length === 0) return;
  throw new BallastError("faultNotModelled", `the fast tier cannot show ${others.join(", ")}; run the chain tier`, {
    context: { types: others },
  });
}

function windowOf(fault: Fault<Modelled>, scenario: Scenario): Window {
  const population = populationOf(scenario);
  const names = resolveTargets(fault, population, scenario.seed);
  const kinds = Object.values(population).filter((members) => names.every((name) => members.includes(name)));
  const hits = new Set(names.map((name) => kinds[0]!.indexOf(name)));
  const { atSeconds, forSeconds = Infinity } = fault;
  return { fault, from: atSeconds, until: atSeconds + forSeconds, hits };
}
