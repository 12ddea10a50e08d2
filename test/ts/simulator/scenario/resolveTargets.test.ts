// SPDX-License-Identifier: MIT
import { expect } from "chai";
import fc from "fast-check";

import type { Fault, Target } from "../../../../scripts/simulator/scenario/faultTypes.ts";
import { populationOf } from "../../../../scripts/simulator/scenario/population.ts";
import type { Population } from "../../../../scripts/simulator/scenario/population.ts";
import {
  quantityOf,
  resolveCensored,
  resolveGroups,
  resolveTargets,
} from "../../../../scripts/simulator/scenario/resolveTargets.ts";
import { problemsWith, withMore } from "./scenarioText.ts";

const SIZED = { validators: 7, relayers: 2, keepers: 2 };

function populationWith(sizes: Partial<typeof SIZED> = {}): Population {
  const { validators, relayers, keepers } = { ...SIZED, ...sizes };
  const { actors } = withMore("");
  return populationOf({
    ...withMore(""),
    validators: { count: validators },
    actors: { ...actors, relayers: { count: relayers }, keepers: { replicas: keepers } },
  });
}

const silent = (target: Target, name = "silence"): Fault => ({
  name,
  family: "oracle",
  type: "oracle.silent",
  target,
  atSeconds: 0,
  forSeconds: undefined,
  with: {},
});

describe("targets", () => {
  it("are counted as the format has it", () => {
    const counts = (["all", "one", "minority", "f", "f+1", "majority"] as const).map((word) => quantityOf(word, 7));
    expect(counts).to.deep.equal([7, 1, 3, 2, 3, 4]);
    expect(quantityOf("f", 4), "f of 4").to.equal(1);
    expect(quantityOf("minority", 4), "minority of 4").to.equal(1);
    expect(quantityOf("majority", 4), "majority of 4").to.equal(3);
  });

  it("are as many as their word says", () => {
    for (const word of ["all", "one", "minority", "f", "f+1", "majority"] as const)
      expect(resolveTargets(silent(word), populationWith(), 1), word).to.have.length(quantityOf(word, 7));
  });

  it("may be told how many they are, drawn by the same lots as words are", () => {
    for (const seed of [1, 2, 3]) {
      const three = resolveTargets(silent(3), populationWith(), seed);
      expect(three).to.deep.equal(resolveTargets(silent("f+1"), populationWith(), seed));
      expect(resolveTargets(silent(4), populationWith(), seed)).to.include.members([...three]);
    }
  });

  it("are no more than there are, and not nobody", () => {
    const wrong = (target: number): string[] => [
      ...problemsWith(`faults: [{ type: oracle.silent, target: ${target}, at: 1h }]`),
    ];
    expect(wrong(8).join(), "of seven").to.match(/8 are more than the 7 validators/);
    expect(wrong(0).join()).to.match(/whole number from 1/);
    expect(wrong(7)).to.deep.equal([]);
  });

  it("are the same for the same seed, and in the order of the population", () => {
    const chosen = resolveTargets(silent("majority"), populationWith(), 5);
    expect(resolveTargets(silent("majority"), populationWith(), 5)).to.deep.equal(chosen);
    expect([...chosen].sort()).to.deep.equal(chosen);
  });

  it("differ with the seed and with the fault", () => {
    const draws = (seed: number, name: string): string =>
      resolveTargets(silent("minority", name), populationWith({ validators: 32 }), seed).join();
    expect(draws(1, "a")).not.to.equal(draws(2, "a"));
    expect(draws(1, "a")).not.to.equal(draws(1, "b"));
  });

  it("contain the targets of every smaller word", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 4, max: 32 }), (seed, validators) => {
        const population = populationWith({ validators });
        const few = resolveTargets(silent("f"), population, seed);
        expect(resolveTargets(silent("f+1"), population, seed)).to.include.members([...few]);
        expect(resolveTargets(silent("majority"), population, seed)).to.include.members([...few]);
      }),
      { numRuns: 50, seed: 4 },
    );
  });

  it("lose nobody but to a newcomer when one more is there", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const before = resolveTargets(silent("one"), populationWith({ validators: 7 }), seed);
        const after = resolveTargets(silent("one"), populationWith({ validators: 8 }), seed);
        expect([before[0], "validator-8"]).to.include(after[0]);
      }),
      { numRuns: 50, seed: 5 },
    );
  });

  it("hit everybody equally often", () => {
    const hits = new Map<string, number>();
    const population = populationWith();
    for (let seed = 0; seed < 1_400; seed += 1) {
      const [name] = resolveTargets(silent("one"), population, seed);
      hits.set(name!, (hits.get(name!) ?? 0) + 1);
    }
    for (const [name, count] of hits) expect(count, name).to.be.within(150, 250);
  });

  it("are named by kind, by name and by index", () => {
    const delay = (target: Target): Fault => ({
      ...silent(target),
      family: "net",
      type: "net.delay",
      with: { medianSeconds: 1, jitterSeconds: 0, loss: 0 },
    });
    expect(resolveTargets(delay("relayers"), populationWith(), 1)).to.deep.equal(["relayer-1", "relayer-2"]);
    expect(resolveTargets(delay(["keeper-2", 0]), populationWith(), 1)).to.deep.equal(["keeper-2", "validator-1"]);
  });

  it("are nobody in particular where a fault hits the chain", () => {
    const { faults } = withMore("faults: [{ type: chain.halt, at: 1h, for: 5m }]");
    expect(resolveTargets(faults[0]!, populationWith(), 1)).to.deep.equal([]);
  });

  it("of a censor are senders", () => {
    const { faults } = withMore("faults: [{ type: chain.censor, with: { who: [writer-3, keeper-1] } }]");
    const fault = faults[0] as Fault<"chain.censor">;
    expect(resolveCensored(fault, populationWith(), 1)).to.deep.equal(["writer-3", "keeper-1"]);
  });

  it("of a partition are groups by name or drawn by size, without overlap", () => {
    const { faults } = withMore(
      "faults: [{ type: net.partition, with: { groups: [[0, relayer-1], [validator-2]] } }, { type: net.partition, with: { groups: [4, 3] } }]",
    );
    const [named, drawn] = faults as Fault<"net.partition">[];
    expect(resolveGroups(named!, populationWith(), 1)).to.deep.equal([["validator-1", "relayer-1"], ["validator-2"]]);
    const groups = resolveGroups(drawn!, populationWith(), 1);
    expect(groups.map(({ length }) => length)).to.deep.equal([4, 3]);
    expect(new Set(groups.flat()).size).to.equal(7);
  });
});

describe("targets that are refused", () => {
  const refusal = (fault: string): string => problemsWith(`faults: [${fault}]`).join("\n");

  it("name more than there are", () => {
    expect(refusal("{ type: oracle.silent, target: [6, 7] }")).to.match(/faults\.0\.target: 7 names nobody.*0 to 6/);
    expect(refusal("{ type: net.partition, with: { groups: [5, 3] } }")).to.match(/need more than the 7 validators/);
  });

  it("name somebody the fault cannot hit", () => {
    expect(refusal("{ type: oracle.silent, target: keepers }")).to.match(
      /keepers cannot be hit by it, only validators/,
    );
    expect(refusal("{ type: oracle.silent, target: [relayer-1] }")).to.match(/relayer-1 names nobody/);
    expect(refusal("{ type: chain.halt, target: one }")).to.match(/chain faults take no target/);
  });

  it("name somebody twice", () => {
    expect(refusal("{ type: oracle.silent, target: [0, validator-1] }")).to.match(/validator-1 is named twice/);
    expect(refusal("{ type: net.partition, with: { groups: [[0], [0]] } }")).to.match(/validator-1 is in two groups/);
  });

  it("are words for nobody", () => {
    const problems = problemsWith("witness: { feeds: 2 }\nfaults: [{ type: witness.silent, target: minority }]");
    expect(problems.join()).to.match(/minority of 2 witnesses is nobody/);
  });
});
