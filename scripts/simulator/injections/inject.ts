// SPDX-License-Identifier: MIT
import type { Fault, FaultType } from "../scenario/faultTypes.ts";
import { healedAt } from "../scenario/healedAt.ts";
import { resolveCensored, resolveGroups, resolveTargets } from "../scenario/resolveTargets.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { INSTANT_FAULTS } from "../scenario/shapes/faultShapes.ts";
import { streamOf } from "../scenario/streams.ts";
import type { World } from "../world/World.ts";
import { adminFaults, needsGovernor, prepareGovernor } from "./adminFaults.ts";
import { chainFaults, keepBranches } from "./chainFaults.ts";
import { checkInjectable } from "./checkInjectable.ts";
import { Errands } from "./Errands.ts";
import type { FaultGround, Injection, Injector, MarketHands } from "./faultGround.ts";
import { keeperFaults } from "./keeperFaults.ts";
import { stackManners } from "./MannerStacks.ts";
import { marketFaults } from "./marketFaults.ts";
import { netFaults } from "./netFaults.ts";
import { oracleFaults } from "./oracleFaults.ts";
import { Outages } from "./Outages.ts";
import { relayerFaults } from "./relayerFaults.ts";
import { rpcFaults } from "./rpcFaults.ts";
import { sentinelFaults } from "./sentinelFaults.ts";
import { validatorFaults } from "./validatorFaults.ts";
import { venueFaults } from "./venueFaults.ts";
import { witnessFaults } from "./witnessFaults.ts";

/** Something about a fault, for the record. */
export interface FaultNote {
  /** Since the scenario's start. */
  readonly seconds: number;
  readonly fault: string;
  readonly type: FaultType;
  readonly what: "begins" | "ends" | "acts";
  readonly targets: readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What injections need of others. */
export interface InjectionHooks {
  readonly note: (note: FaultNote) => void;
  /** Who trades; faults of the market are refused without. */
  readonly market?: MarketHands;
}

/** When a fault is there. Seconds since the scenario's start. */
export interface FaultWindow {
  readonly fault: string;
  readonly type: FaultType;
  readonly targets: readonly string[];
  readonly fromSeconds: number;
  /** The scenario's end at the latest; by itself the beginning of what happens at once. */
  readonly untilSeconds: number;
}

/** The faults of a scenario, in its world. */
export interface Injections {
  readonly windows: readonly FaultWindow[];
  /** When the last fault has healed, seconds since the start; Infinity where one never does. What happens at once is no wait. */
  readonly lastEndsAt: number;
  /** Whether a validator has begun to lie, or somebody with its key. */
  readonly isByzantine: (validator: string) => boolean;
}

/** Lies, and does not merely fail. */
const LIES: readonly FaultType[] = [
  "oracle.value",
  "oracle.equivocate",
  "oracle.replay",
  "oracle.futureDate",
  "oracle.garbage",
  "oracle.keyStolen",
];
const INJECTORS = {
  ...netFaults,
  ...rpcFaults,
  ...chainFaults,
  ...venueFaults,
  ...oracleFaults,
  ...relayerFaults,
  ...witnessFaults,
  ...validatorFaults,
  ...keeperFaults,
  ...adminFaults,
  ...marketFaults,
  ...sentinelFaults,
} satisfies { readonly [Type in FaultType]: Injector<Type> };

/**
 * Prepares all faults of a scenario. To be called once, after the world was created and before it begins; they then come and
 * go in its time. @throws BallastError `faultNotInjectable` for what cannot be done on this chain.
 */
export function inject(world: World, scenario: Scenario, { note, market }: InjectionHooks): Injections {
  checkInjectable(scenario, market !== undefined);
  const shared = { world, stacks: stackManners(world.manners), errands: new Errands(world), market };
  const outages = new Outages(world.actors);
  const liars = new Set<string>();
  keepBranches(world, scenario.faults);
  if (scenario.faults.some(needsGovernor)) world.time.schedule(world.time.nowMs, () => void prepareGovernor(world));

  const windows = scenario.faults.map((fault): FaultWindow => {
    const targets = targetsOf(fault, world, scenario.seed);
    const tell = (what: FaultNote["what"], detail?: FaultNote["detail"]): void => {
      const known = { fault: fault.name, type: fault.type, what, targets };
      note({ seconds: world.time.elapsedSeconds, ...known, ...(detail !== undefined && { detail }) });
    };
    const random = streamOf(scenario.seed, `fault ${fault.name}`);
    const ground: FaultGround = { ...shared, outages, targets, random, note: (detail) => tell("acts", detail) };
    const window = windowOf(fault, scenario, targets);
    schedule(world, fault, injectionOf(fault, ground), (what) => {
      if (what === "begins" && LIES.includes(fault.type)) for (const name of targets) liars.add(name);
      tell(what);
    });
    return window;
  });
  const ends = scenario.faults.map(healedAt);
  return { windows, lastEndsAt: Math.max(0, ...ends), isByzantine: (validator) => liars.has(validator) };
}

/** Whom a fault hits: of a partition all who are in a group, of a censor those he leaves out. */
function targetsOf(fault: Fault, { population }: World, seed: number): readonly string[] {
  if (fault.type === "net.partition") return resolveGroups(fault, population, seed).flat();
  if (fault.type === "chain.censor") return resolveCensored(fault, population, seed);
  return resolveTargets(fault, population, seed);
}

function injectionOf(fault: Fault, ground: FaultGround): Injection {
  // The table has the injector of each type under its name.
  const injector = INJECTORS[fault.type] as (fault: Fault, ground: FaultGround) => Injection;
  return injector(fault, ground);
}

function schedule(
  world: World,
  { atSeconds, forSeconds }: Fault,
  { begin, end }: Injection,
  tell: (what: "begins" | "ends") => void,
): void {
  const startMs = world.scenario.chain.startAt * 1000;
  const at = (seconds: number, what: "begins" | "ends", act: () => Promise<void> | void): void =>
    void world.time.schedule(startMs + seconds * 1000, () => {
      tell(what);
      void act();
    });
  at(atSeconds, "begins", begin);
  if (forSeconds !== undefined && end !== undefined) at(atSeconds + forSeconds, "ends", end);
}

function windowOf(fault: Fault, scenario: Scenario, targets: readonly string[]): FaultWindow {
  const { name, type, atSeconds, forSeconds } = fault;
  const usual = INSTANT_FAULTS.includes(type) ? 0 : Infinity;
  const untilSeconds = Math.min(scenario.durationSeconds, atSeconds + (forSeconds ?? usual));
  return { fault: name, type, targets, fromSeconds: atSeconds, untilSeconds };
}
