// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { Fault, Target, TARGET_QUANTITIES, TargetMember } from "./faultTypes.ts";
import { CENSOR_REACH, reachOf } from "./population.ts";
import type { Kind, Population, Reach } from "./population.ts";
import { streamOf } from "./streams.ts";

const DRAW_LIMIT = 2n ** 48n;

/** Whom a target names, or why it names nobody. */
type Found = { readonly members: readonly string[] } | { readonly wrong: string };

/**
 * Names of whom a fault hits, in the order of the population; none where it hits the whole chain or its administration.
 * Quantities are drawn by lot, whatever anybody's weight: every member draws a number from the seed, the fault's name and its own
 * name, and the lowest are taken. So one more validator or one more fault changes nobody's lot, and who is hit by `f` is hit by
 * `f+1` and `majority` as well. f = ⌊(n−1)/3⌋, minority = ⌊(n−1)/2⌋, majority = ⌊n/2⌋ + 1.
 * @throws BallastError `scenarioInvalid` for a target that names nobody, which no parsed scenario has.
 */
export function resolveTargets(fault: Fault, population: Population, seed: number): readonly string[] {
  const reach = reachOf(fault.type);
  return reach === undefined
    ? []
    : required(findTargets(fault.target, reach, population, seed, fault.name), fault.name);
}

/** Whose transactions a censor leaves out; as {@link resolveTargets}. */
export function resolveCensored(fault: Fault<"chain.censor">, population: Population, seed: number): readonly string[] {
  return required(findTargets(fault.with.who, CENSOR_REACH, population, seed, fault.name), fault.name);
}

/** Groups of a partition by name; whoever is in none reaches everybody. As {@link resolveTargets}. */
export function resolveGroups(
  fault: Fault<"net.partition">,
  population: Population,
  seed: number,
): readonly (readonly string[])[] {
  return findGroups(fault, population, seed).map((found) => required(found, fault.name));
}

/** Why a fault hits nobody, with the key below the fault that is to blame; empty when all is well. */
export function targetProblems(fault: Fault, population: Population): { key: string; message: string }[] {
  const reach = reachOf(fault.type);
  const problems: { key: string; message: string }[] = [];
  const check = (key: string, found: Found): void => {
    if ("wrong" in found) problems.push({ key, message: found.wrong });
  };
  if (reach !== undefined) check("target", findTargets(fault.target, reach, population, 0, fault.name));
  else if (fault.target !== "all") problems.push({ key: "target", message: `${fault.family} faults take no target` });
  if (fault.type === "chain.censor")
    check("with.who", findTargets(fault.with.who, CENSOR_REACH, population, 0, fault.name));
  if (fault.type === "net.partition") checkGroups(findGroups(fault, population, 0), check);
  return problems;
}

/** How many of a population a quantity is; 0 names nobody. */
export function quantityOf(word: (typeof TARGET_QUANTITIES)[number] | number, size: number): number {
  if (typeof word === "number") return word;
  if (size === 0) return 0;
  const faulty = Math.floor((size - 1) / 3);
  const counts = {
    all: size,
    one: 1,
    minority: Math.floor((size - 1) / 2),
    f: faulty,
    "f+1": faulty + 1,
    majority: Math.floor(size / 2) + 1,
  };
  return counts[word];
}

function findTargets(target: Target, reach: Reach, population: Population, seed: number, fault: string): Found {
  if (typeof target === "object") return findMembers(target, reach, population);
  if (target === "validators" || target === "relayers" || target === "keepers") {
    if (!reach.names.includes(target))
      return { wrong: `${target} cannot be hit by it, only ${reach.names.join(", ")}` };
    return someOf(population[target], target);
  }
  const all = population[reach.draws];
  const count = quantityOf(target, all.length);
  if (count > all.length) return { wrong: `${count} are more than the ${all.length} ${reach.draws} there are` };
  const drawn = drawLots(all, seed, fault).slice(0, count);
  const chosen = all.filter((name) => drawn.includes(name));
  return chosen.length > 0 ? { members: chosen } : { wrong: `${target} of ${all.length} ${reach.draws} is nobody` };
}

function findMembers(target: readonly TargetMember[], reach: Reach, population: Population): Found {
  const names: string[] = [];
  for (const member of target) {
    const name = typeof member === "number" ? population[reach.draws][member] : nameIn(member, reach, population);
    if (name === undefined) return { wrong: `${member} names nobody: ${whoIsThere(reach, population)}` };
    if (names.includes(name)) return { wrong: `${name} is named twice` };
    names.push(name);
  }
  return { members: names };
}

function nameIn(member: string, reach: Reach, population: Population): string | undefined {
  return reach.names.some((kind) => population[kind].includes(member)) ? member : undefined;
}

function whoIsThere({ draws, names }: Reach, population: Population): string {
  const kinds = names.flatMap((kind) => {
    const [first] = population[kind];
    if (first === undefined) return [];
    return population[kind].length === 1 ? [first] : [`${first} to ${population[kind].at(-1)!}`];
  });
  const last = population[draws].length - 1;
  return `there is ${kinds.join(", ") || "nobody"}${last < 0 ? "" : `; indices mean ${draws}, 0 to ${last}`}`;
}

function findGroups({ with: { groups }, name }: Fault<"net.partition">, population: Population, seed: number): Found[] {
  const reach = reachOf("net.partition")!;
  if (!isSizes(groups)) return groups.map((group) => findMembers(group, reach, population));
  const lots = drawLots(population.validators, seed, name);
  let taken = 0;
  return groups.map((size) => {
    const members = lots.slice(taken, taken + size);
    taken += size;
    if (members.length === size) return { members };
    return { wrong: `groups of ${groups.join(" and ")} need more than the ${lots.length} validators there are` };
  });
}

function isSizes(groups: Fault<"net.partition">["with"]["groups"]): groups is readonly number[] {
  return typeof groups[0] === "number";
}

function checkGroups(groups: readonly Found[], check: (key: string, found: Found) => void): void {
  const seen = new Set<string>();
  for (const [index, group] of groups.entries()) {
    const key = `with.groups.${index}`;
    check(key, group);
    const twice = "members" in group ? group.members.find((name) => seen.has(name)) : undefined;
    if (twice !== undefined) check(key, { wrong: `${twice} is in two groups` });
    if ("members" in group) for (const name of group.members) seen.add(name);
  }
}

/** All in the order of their lots. */
function drawLots(names: readonly string[], seed: number, fault: string): string[] {
  const lots = new Map(names.map((name) => [name, streamOf(seed, `lot of ${name} in ${fault}`).below(DRAW_LIMIT)]));
  return names.toSorted((left, right) => Number(lots.get(left)! - lots.get(right)!));
}

function someOf(members: readonly string[], kind: Kind): Found {
  return members.length > 0 ? { members } : { wrong: `there are no ${kind}` };
}

function required(found: Found, fault: string): readonly string[] {
  if ("members" in found) return found.members;
  throw new BallastError("scenarioInvalid", `Fault ${fault}: ${found.wrong}`, { context: { fault } });
}
