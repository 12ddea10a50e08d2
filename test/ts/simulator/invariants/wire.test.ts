// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { programsStay } from "../../../../scripts/simulator/invariants/w1Programs.ts";
import { nearTruth } from "../../../../scripts/simulator/invariants/w2Truth.ts";
import { returnersSign } from "../../../../scripts/simulator/invariants/w3Returns.ts";
import type { BlockSight, RelaySight } from "../../../../scripts/simulator/record/sights.ts";
import { calmContext, calmSight, firstWrong, roundOf, START } from "./calmSight.ts";

const ROUND_SECONDS = 15;
const BACK_AT = 5;
const ALL = ["validator-1", "validator-2", "validator-3", "validator-4"];
const TRUTH = { priceAt: () => 3_000n * 10n ** 8n };

/** A round of its block's time. @param signers All of them unless said. */
function roundIn(block: number, median: bigint, signers: readonly string[] = ALL): RelaySight {
  const { timestamp } = calmSight(block);
  const honest = roundOf([3_000n, 3_000n, 3_000n, 3_000n], median, {
    round: BigInt(Math.floor(timestamp / ROUND_SECONDS)),
  });
  return { ...honest, reports: honest.reports.filter(({ validator }) => signers.includes(validator)) };
}

const rounds = (count: number, of: (block: number) => RelaySight): BlockSight[] =>
  Array.from({ length: count }, (_, block) => calmSight(block, { relays: [of(block)] }));

describe("promises that only processes can break, judged", () => {
  it("W1: a program that ended by itself", () => {
    const fallen: string[] = [];
    const invariant = programsStay(() => fallen);
    expect(invariant.check(calmSight(), calmContext())).to.equal(undefined);
    fallen.push("validator-2 ended by itself with 1");
    expect(invariant.check(calmSight(), calmContext())).to.equal(fallen[0]);
  });

  it("W2: a price beside the truth of its round, as a majority of liars makes it", () => {
    expect(firstWrong(nearTruth(TRUTH), [calmSight(0, { relays: [roundIn(0, 3_029n)] })])).to.equal(undefined);
    const told = firstWrong(nearTruth(TRUTH), [calmSight(0, { relays: [roundIn(0, 3_031n)] })]);
    expect(told?.detail).to.match(/^ETH-USD is 303100000000 in round \d+, where 300000000000 was true$/);
    const low = firstWrong(nearTruth(TRUTH), [calmSight(0, { relays: [roundIn(0, 2_969n)] })]);
    expect(low, "below").to.not.equal(undefined);
  });

  it("W2: takes any price for true that was so within the round, and leaves what waits in quarantine alone", () => {
    const falling = { priceAt: (_feed: string, seconds: number) => BigInt(3_000 - 5 * seconds) * 10n ** 8n };
    const { round } = roundIn(0, 2_960n);
    expect(falling.priceAt("", Number(round) * ROUND_SECONDS - START), "far from it at first").to.equal(
      3_050n * 10n ** 8n,
    );
    expect(firstWrong(nearTruth(falling), [calmSight(0, { relays: [roundIn(0, 2_960n)] })])).to.equal(undefined);
    const waiting = { ...roundIn(0, 4_000n), quarantined: new Set([0]) };
    expect(firstWrong(nearTruth(TRUTH), [calmSight(0, { relays: [waiting] })])).to.equal(undefined);
  });

  describe("W3: a validator that was away", () => {
    const others = ALL.slice(1);
    /** The first is away until a block. */
    const context = (block: number) =>
      calmContext({ running: new Set(block < BACK_AT ? [...others, "relayer-1"] : [...ALL, "relayer-1"]) });

    it("has to be in a round again", () => {
      const never = rounds(30, (block) => roundIn(block, 3_000n, others));
      const told = firstWrong(returnersSign(), never, context);
      expect(told?.detail).to.match(/^validator-1 is back for \d+ s and in none of 3 rounds$/);
      expect(told!.block - BACK_AT, "it may listen first").to.be.above(7);
    });

    it("is back once it has signed, whatever it misses later", () => {
      const once = rounds(30, (block) => roundIn(block, 3_000n, block === BACK_AT + 6 ? ALL : others));
      expect(firstWrong(returnersSign(), once, context)).to.equal(undefined);
    });

    it("may stay away", () => {
      const away = rounds(30, (block) => roundIn(block, 3_000n, others));
      const never = (): ReturnType<typeof calmContext> => calmContext({ running: new Set(others) });
      expect(firstWrong(returnersSign(), away, never)).to.equal(undefined);
    });
  });
});
