// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { Expectation, Scenario } from "../../../../scripts/simulator/scenario/Scenario.ts";
import type { RunMany, ScenarioDocument } from "../../../../scripts/simulator/study/RunOrder.ts";
import { failureOf, shrinkScenario } from "../../../../scripts/simulator/study/shrinkScenario.ts";
import type { ShrinkResult } from "../../../../scripts/simulator/study/shrinkScenario.ts";
import { plainSummary } from "./plainSummary.ts";
import { playHere } from "./playHere.ts";
import { runOne } from "./syntheticRunner.ts";

const runHere = playHere(runOne);

interface Counted {
  readonly count?: number;
}

interface Document {
  readonly duration: string;
  readonly actors?: Readonly<Record<string, Counted & { readonly replicas?: number }>>;
  readonly faults?: readonly { readonly type: string; readonly for?: string }[];
}

const secondsOf = (text: string): number => Number(text.slice(0, -1)) * (text.endsWith("h") ? 3_600 : 60);

const EXPECTED: readonly Expectation[] = [
  { key: "exits.refused", min: undefined, max: 0, equals: undefined },
  { key: "badDebt.absolute", min: undefined, max: 0, equals: undefined },
];

/** What shrinking needs to know of a scenario; refuses one that lasts less than ten minutes. */
function resolve(document: ScenarioDocument): Scenario {
  const { duration, actors, faults } = document as unknown as Document;
  if (secondsOf(duration) < 600) throw new BallastError("scenarioInvalid", "Too short");
  const counted = (name: string, usual: number) => ({ count: actors?.[name]?.count ?? usual });
  return {
    durationSeconds: secondsOf(duration),
    expect: EXPECTED,
    faults: (faults ?? []).map(({ for: lasts }) => ({ forSeconds: lasts && secondsOf(lasts) })),
    actors: {
      writers: counted("writers", 40),
      buyers: counted("buyers", 10),
      liquidators: counted("liquidators", 2),
      providers: counted("providers", 10),
      relayers: counted("relayers", 2),
      keepers: { replicas: actors?.keepers?.replicas ?? 1 },
    },
  } as unknown as Scenario;
}

const TYPES = ["net.delay", "rpc.lie", "oracle.silent", "market.gap", "relayer.spam", "venue.outage", "keeper.slow"];
const FAILING = {
  name: "crash",
  duration: "36h",
  faults: TYPES.map((type) => ({ type, for: "4h" })),
  actors: { writers: { count: 30 } },
  planted: ["oracle.silent", "keeper.slow"],
  fewestWriters: 7,
};

async function shrink(scenario: ScenarioDocument, batch = 3, runMany: RunMany = runHere): Promise<ShrinkResult> {
  return shrinkScenario({ scenario, seed: 11, resolve, batch }, runMany);
}

describe("Shrinking of scenarios", () => {
  it("leaves the planted faults, the fewest actors and the shortest time that still break the invariant", async () => {
    const { document, failure, changes, runs } = await shrink(FAILING);

    expect(failure).to.equal("S3");
    expect(document).to.deep.equal({
      ...FAILING,
      duration: "10m",
      faults: [
        { type: "oracle.silent", for: "1m" },
        { type: "keeper.slow", for: "1m" },
      ],
      actors: {
        writers: { count: 7 },
        buyers: { count: 0 },
        liquidators: { count: 0 },
        providers: { count: 0 },
        relayers: { count: 0 },
        keepers: { replicas: 0 },
      },
    });
    expect(changes).to.deep.include.members([
      { path: "faults", from: 7, to: 2 },
      { path: "actors.writers.count", from: 30, to: 7 },
      { path: "duration", from: 129_600, to: 600 },
    ]);
    expect(runs).to.be.below(120);
  });

  it("does not depend on how many candidates are played at a time", async () => {
    const one = await shrink(FAILING, 1);
    const many = await shrink(FAILING, 8);

    expect(many.document).to.deep.equal(one.document);
  });

  it("plays all candidates with the seed that failed, and none twice", async () => {
    const played = new Set<string>();
    let runs = 0;
    await shrink(FAILING, 3, async (orders, digest) => {
      for (const { scenario, seed } of orders) {
        expect(seed).to.equal(11);
        played.add(JSON.stringify(scenario));
        runs += 1;
      }
      return runHere(orders, digest);
    });

    // The first run tells what breaks; it may be asked once more.
    expect(runs - played.size).to.be.at.most(1);
  });

  it("keeps to the invariant: another failure on the way is not the same", async () => {
    // Without its fault this world still fails, but by bad debt that no expectation allows.
    const scenario = { ...FAILING, faults: [{ type: "market.gap" }], planted: ["market.gap"], x: 1, middle: 0 };
    const { document } = await shrink(scenario);

    expect(document.faults).to.deep.equal([{ type: "market.gap" }]);
  });

  it("keeps to the invariant that was violated first, though another stays broken in whatever is left", async () => {
    const { document, failure } = await shrink({ ...FAILING, alsoBreaks: "S5" });

    expect(failure).to.equal("S3");
    expect((document.faults as { type: string }[]).map(({ type }) => type)).to.deep.equal(FAILING.planted);
  });

  it("tries faults again after actors went: one that only many actors needed can go then", async () => {
    const needsFault = (writers: number): boolean => writers > 10;
    const runMany: RunMany = async (orders, digest) =>
      Promise.resolve(
        orders.map((order) => {
          const { actors, faults } = order.scenario as unknown as Document;
          const isBroken = faults!.length > 0 || !needsFault(actors!.writers!.count!);
          return digest(plainSummary({ invariants: [{ id: "S3", held: !isBroken, checks: 1 }] }), order);
        }),
      );

    const { document } = await shrink({ ...FAILING, faults: [{ type: "rpc.lie" }] }, 1, runMany);

    expect(document.faults).to.deep.equal([]);
  });

  it("refuses a scenario that holds", async () => {
    const error: unknown = await shrink({ ...FAILING, faults: [] }).catch((thrown: unknown) => thrown);

    expect(error).to.be.instanceOf(BallastError).with.property("code", "nothingBroken");
  });

  it("takes the invariant that was violated first", () => {
    const broken = (id: string, block: number) => ({
      id,
      held: false,
      checks: 1,
      firstViolation: { block, detail: "" },
    });
    const invariants = [broken("S1", 90), broken("S5", 12), { id: "S2", held: true, checks: 9 }];

    expect(failureOf(plainSummary({ verdict: "broken", invariants }), EXPECTED)).to.equal("S5");
    expect(failureOf(plainSummary(), EXPECTED)).to.equal(undefined);
  });

  it("takes an expectation where all invariants held, and the bare verdict where it says no more", () => {
    const indebted = { absolute: 5, shareOfOpenInterest: 0, afterInsurance: 0 };

    expect(failureOf(plainSummary({ badDebt: indebted }), EXPECTED)).to.equal("expect.badDebt.absolute");
    expect(failureOf(plainSummary({ verdict: "broken" }), EXPECTED)).to.equal("verdict");
  });

  it("keeps to the expectation that was not met first", async () => {
    const runMany: RunMany = async (orders, digest) =>
      Promise.resolve(
        orders.map((order) => {
          const faults = (order.scenario as unknown as Document).faults!.map(({ type }) => type);
          const refused = faults.includes("rpc.lie") ? 3 : 0;
          const badDebt = { ...plainSummary().badDebt, absolute: faults.includes("market.gap") ? 9 : 0 };
          return digest(plainSummary({ exits: { attempted: 9, refused }, badDebt, verdict: "broken" }), order);
        }),
      );

    const { document, failure } = await shrink(FAILING, 2, runMany);

    expect(failure).to.equal("expect.exits.refused");
    expect((document.faults as { type: string }[]).map(({ type }) => type)).to.deep.equal(["rpc.lie"]);
  });
});
