// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { checkDemo } from "../../../scripts/simulator/checkDemo.ts";
import type { DemoRecord, RoundRecord } from "../../../scripts/simulator/DemoRecord.ts";
import { demoRecord, FIRST_ROUND } from "./demoRecord.ts";

function broken(change: Partial<DemoRecord>): string[] {
  return checkDemo(demoRecord(change))
    .filter(({ held }) => !held)
    .map(({ name }) => name);
}

function withRound(index: number, change: (round: RoundRecord) => Partial<RoundRecord>): Pick<DemoRecord, "rounds"> {
  const rounds = demoRecord().rounds.map((round, place) => (place === index ? { ...round, ...change(round) } : round));
  return { rounds };
}

function withValidator(name: string, change: object): Pick<DemoRecord, "validators"> {
  const validators = demoRecord().validators.map((each) => (each.name === name ? { ...each, ...change } : each));
  return { validators };
}

function withoutLoss(fault: string): Pick<DemoRecord, "losses"> {
  return { losses: demoRecord().losses.filter((loss) => loss.fault !== fault) };
}

describe("verdicts of a demonstration", () => {
  it("hold for a record in which everything held, and each looked at something", () => {
    for (const { name, held, checks, detail } of checkDemo(demoRecord())) {
      assert.isTrue(held, `${name}: ${detail}`);
      assert.isAbove(checks, 0, name);
    }
  });

  it("break when a median leaves the honest band, even by less than the error limit", () => {
    const found = broken(withRound(3, ({ truth }) => ({ published: [truth[0]! + 1_000n] })));
    assert.deepEqual(found, ["The median stays inside the honest band"]);
  });

  it("do not count the liar's price as honest", () => {
    const lifted = withRound(15, ({ truth }) => ({ published: [(truth[0]! * 12n) / 10n] }));
    assert.include(broken(lifted), "The median stays inside the honest band");
  });

  it("break when the published price is far from the true one although all agree", () => {
    const found = broken(withRound(3, ({ published }) => ({ truth: [(published[0]! * 101n) / 100n] })));
    assert.deepEqual(found, ["The published price is the true one"]);
  });

  it("break when a round is published twice", () => {
    const { rounds } = demoRecord();
    assert.include(broken({ rounds: [rounds[0]!, ...rounds] }), "One price per feed and round");
  });

  it("break when no price lands for three rounds", () => {
    const gap = [FIRST_ROUND + 3n, FIRST_ROUND + 4n, FIRST_ROUND + 5n];
    const rounds = demoRecord().rounds.filter(({ round }) => !gap.includes(round));
    assert.deepEqual(broken({ rounds }), ["Prices keep arriving"]);
  });

  it("break when nothing landed at all", () => {
    const found = broken({ rounds: [] });
    assert.includeMembers(found, [
      "Prices keep arriving",
      "The median stays inside the honest band",
      "The next set heals",
    ]);
  });

  it("break when the silent one goes free or pays nothing", () => {
    const name = "The silent one is jailed when the epoch closes";
    assert.deepEqual(broken(withValidator("eve", { stateAtEpochClose: "active" })), [name]);
    assert.deepEqual(broken(withoutLoss("downtime")), [name]);
  });

  it("break when the liar keeps its bond, or only its correlated part", () => {
    assert.deepEqual(broken(withoutLoss("deviation")), ["The liar is slashed"]);
    assert.deepEqual(broken(withoutLoss("deviation, correlated part")), ["The liar is slashed"]);
  });

  it("break when the double voter may come back", () => {
    const name = "The double voter is slashed and never returns";
    assert.deepEqual(broken(withoutLoss("equivocation")), [name]);
    assert.deepEqual(broken(withValidator("gus", { stateAtEnd: "standby" })), [name]);
  });

  it("break when somebody honest loses one unit, or stays frozen", () => {
    const { bondBefore } = demoRecord().validators[0]!;
    assert.deepEqual(broken(withValidator("ada", { bondAfter: bondBefore - 1n })), ["Nobody honest loses anything"]);
    assert.deepEqual(broken(withValidator("hal", { frozenAfter: 1n })), ["Nobody honest loses anything"]);
  });

  it("break when one unit of the token is unaccounted for", () => {
    assert.deepEqual(broken({ unaccounted: -1n }), ["Bonds, bounties and batches add up to the token held"]);
  });

  it("break when the next set keeps a faulty member or never signs complete", () => {
    const { nextSet } = demoRecord();
    assert.deepEqual(broken({ nextSet: [...nextSet, "fay"] }), ["The next set heals"]);
    assert.deepEqual(broken({ nextSet: nextSet.filter((name) => name !== "ivy") }), ["The next set heals"]);
  });

  it("break when rounds are missing while one relayer is dead", () => {
    const rounds = demoRecord().rounds.filter(({ round }) => round !== FIRST_ROUND + 8n);
    assert.deepEqual(broken({ rounds }), ["One relayer is enough"]);
  });
});
