// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { decideAccusations } from "../../../scripts/model/slashing/decideAccusations.ts";
import type { WatchSituation } from "../../../scripts/model/slashing/decideAccusations.ts";
import { decideCaseSteps } from "../../../scripts/model/slashing/decideCaseSteps.ts";
import { deviationPercent, distancePpm } from "../../../scripts/model/slashing/judgeDeviation.ts";
import { caseIdOf, FAULT, partsOfCase, STAGE } from "../../../scripts/model/slashing/types.ts";
import type { SlashCase, Suspicion } from "../../../scripts/model/slashing/types.ts";

const ROUND = 120_000_000n;
const NOW = ROUND * 15n + 100n;
const DAY = 86_400n;
const ROUNDS_A_DAY = DAY / 15n;
const MEDIAN = 100_000_000n;

function suspicion(change: Partial<Suspicion> = {}): Suspicion {
  return { validatorId: 1n, round: ROUND, feed: 0, vector: "0x1", offPpm: 60_000n, ...change };
}

function slashCase(change: Partial<SlashCase> = {}): SlashCase {
  const parts = partsOfCase(caseIdOf(FAULT.deviation, 1n, ROUND));
  return { ...parts, stage: STAGE.charged, percent: 1n, openedAt: NOW, ...change };
}

/** Accusations as `kind validator round feed`. */
function accused(change: Partial<WatchSituation>): string[] {
  const nothing = { contradictions: [], suspicions: [], premature: [], cases: [] };
  const times = { nowSeconds: NOW, clockSeconds: NOW };
  const found = decideAccusations({ ...times, latestRound: ROUND + 1n, ...nothing, ...change });
  return found.map(
    (it) => `${it.kind} ${it.validatorId} ${it.round - ROUND}${it.kind === "deviation" ? ` ${it.feed}` : ""}`,
  );
}

describe("decideAccusations", () => {
  it("accuses of the oldest contradiction that counts, and of nothing else besides", () => {
    const rounds = [2n, 0n, -1n, -7n * ROUNDS_A_DAY];
    const contradictions = rounds.map((later) => ({ validatorId: 1n, round: ROUND + later }));
    assert.deepEqual(accused({ contradictions, suspicions: [suspicion()] }), ["equivocation 1 -1"]);
  });

  it("waits with a round that the Slasher takes for the future", () => {
    const at = (later: bigint): string[] => accused({ contradictions: [{ validatorId: 1n, round: ROUND + later }] });
    assert.deepEqual([at(66n), at(67n)], [["equivocation 1 66"], []]);
  });

  it("accuses of the first round to come that can still be convicted, by its own clock too", () => {
    const early = (...rounds: bigint[]): Partial<WatchSituation> => ({
      premature: rounds.map((later) => ({ validatorId: 1n, round: ROUND + later })),
    });
    assert.deepEqual(accused(early(60n, 52n, 53n)), ["futureDating 1 53"], "52 rounds end within 690 seconds");
    assert.deepEqual(accused({ ...early(60n), clockSeconds: NOW + 300n }), [], "a chain that lags after a halt");
    assert.deepEqual(accused({ ...early(60n), latestRound: ROUND + 60n }), [], "accepted by a quorum");
  });

  it("accuses of future dating once a day, and never while a case waits", () => {
    const premature = [{ validatorId: 1n, round: ROUND + 60n }];
    const id = caseIdOf(FAULT.futureDating, 1n, ROUND - 5n);
    const known = (stage: number, openedAt: bigint): SlashCase => slashCase({ ...partsOfCase(id), stage, openedAt });
    assert.deepEqual(accused({ premature, cases: [known(STAGE.waiting, NOW - 5n * DAY)] }), []);
    assert.deepEqual(accused({ premature, cases: [known(STAGE.closed, NOW - DAY + 1n)] }), []);
    assert.deepEqual(accused({ premature, cases: [known(STAGE.closed, NOW - DAY)] }), ["futureDating 1 60"]);
  });

  it("accuses nobody of equivocation twice, whatever the round and the stage", () => {
    const contradictions = [{ validatorId: 1n, round: ROUND }];
    const known = { ...slashCase(), ...partsOfCase(caseIdOf(FAULT.equivocation, 1n, ROUND - 5n)), stage: STAGE.closed };
    assert.deepEqual(accused({ contradictions, cases: [known] }), []);
    assert.deepEqual(accused({ contradictions, cases: [{ ...known, validatorId: 2n }] }), ["equivocation 1 0"]);
  });

  it("waits with a deviation until its round can change no more, and forgets it after four days", () => {
    const newest = suspicion({ round: ROUND + 1n });
    assert.deepEqual(accused({ suspicions: [newest] }), []);
    const old = (days: bigint): string[] =>
      accused({ suspicions: [suspicion()], nowSeconds: ROUND * 15n + days * DAY });
    assert.deepEqual(
      [old(4n), accused({ suspicions: [suspicion()], nowSeconds: ROUND * 15n + 4n * DAY + 1n })],
      [["deviation 1 0 0"], []],
    );
  });

  it("takes the dearest deviation of each validator, then the oldest", () => {
    const suspicions = [
      suspicion({ round: ROUND - 2n }),
      suspicion({ round: ROUND - 1n, feed: 2, offPpm: 200_001n }),
      suspicion({ feed: 1, offPpm: 300_000n }),
      suspicion({ validatorId: 2n, round: ROUND - 3n }),
    ];
    assert.deepEqual(accused({ suspicions }), ["deviation 1 -1 2", "deviation 2 -3 0"]);
  });

  it("lets a case stand in the way of the same round, and within a day of what costs no more", () => {
    const of = (change: Partial<Suspicion>, known: Partial<SlashCase> = {}): number =>
      accused({
        suspicions: [suspicion(change)],
        cases: [slashCase(known)],
        latestRound: ROUND * 2n,
        nowSeconds: NOW + DAY,
      }).length;
    assert.equal(of({ offPpm: 900_000n }), 0, "the same round");
    assert.equal(of({ round: ROUND + 1n }), 0, "the next");
    assert.equal(of({ round: ROUND + 1n, offPpm: 200_001n }), 1, "a gross one after a mild one");
    assert.equal(of({ round: ROUND + 1n, offPpm: 200_001n }, { percent: 5n }), 0, "not after a gross one");
    assert.equal(of({ round: ROUND + ROUNDS_A_DAY - 1n }), 0, "within the day");
    assert.equal(of({ round: ROUND + ROUNDS_A_DAY }), 1, "a day later");
    assert.equal(of({ round: ROUND + 1n }, { validatorId: 2n }), 1, "somebody else's case");
    assert.equal(of({ round: ROUND + 1n }, { stage: STAGE.none }), 1, "a case that is none");
  });
});

describe("decideCaseSteps", () => {
  const steps = (known: Partial<SlashCase>, nowSeconds: bigint): string[] =>
    decideCaseSteps([slashCase(known)], nowSeconds).map(({ kind }) => kind);

  it("finalizes a charged case at the fifteenth midnight after the day of the fault", () => {
    const finalAt = ((ROUND * 15n) / DAY + 15n) * DAY;
    assert.deepEqual([steps({}, finalAt - 1n), steps({}, finalAt)], [[], ["finalize"]]);
  });

  it("looks for a witness of a waiting deviation, and releases it after 72 hours", () => {
    const waiting = { stage: STAGE.waiting };
    assert.deepEqual([steps(waiting, NOW + 3n * DAY), steps(waiting, NOW + 3n * DAY + 1n)], [["confirm"], ["release"]]);
  });

  it("looks for a round that convicts an accusation, for nothing more about a capture, and releases both after seven days", () => {
    const at = (fault: number, time: bigint): string[] => steps({ stage: STAGE.waiting, fault }, time);
    const ends = NOW + 7n * DAY;
    assert.deepEqual([at(FAULT.futureDating, ends), at(FAULT.futureDating, ends + 1n)], [["convict"], ["release"]]);
    assert.deepEqual([at(FAULT.capture, ends), at(FAULT.capture, ends + 1n)], [[], ["release"]]);
  });

  it("leaves closed cases alone", () => {
    assert.deepEqual(steps({ stage: STAGE.closed }, NOW + 100n * DAY), []);
  });
});

describe("deviationPercent", () => {
  const of = (price: bigint, roundDispersionPpm = 0n, laggedDispersionPpm = 0n): bigint =>
    deviationPercent(price, { median: MEDIAN, roundDispersionPpm, laggedDispersionPpm });

  it("tolerates up to 5 %, takes 1 %, and 5 % beyond 20 % off; on either side", () => {
    assert.deepEqual(
      [105n, 120n].map((percent) => of((MEDIAN * percent) / 100n)),
      [0n, 1n],
    );
    assert.deepEqual([of(105_000_100n), of(94_999_900n)], [1n, 1n], "just beyond 5 %");
    assert.deepEqual([of(120_000_100n), of(79_999_900n)], [5n, 5n], "just beyond 20 %");
    assert.equal(of(105_000_001n), 0n, "the distance is rounded down, for the accused");
  });

  it("tolerates six times the dispersion, of which a round's own counts up to 1.5 %", () => {
    assert.deepEqual([of(109_000_000n, 15_000n), of(109_000_100n, 900_000n)], [0n, 1n], "own");
    assert.deepEqual([of(112_000_000n, 0n, 20_000n), of(112_000_100n, 0n, 20_000n)], [0n, 1n], "lagged");
  });

  it("takes nothing from who abstained", () => {
    assert.equal(of(0n), 0n);
  });

  it("measures in parts per million of the median", () => {
    assert.deepEqual([distancePpm(MEDIAN + 1_999n, MEDIAN), distancePpm(MEDIAN - 100n, MEDIAN)], [19n, 1n]);
  });
});

describe("ids of cases", () => {
  it("are made of fault, validator and key, and come apart again", () => {
    const id = caseIdOf(FAULT.capture, 7n, 20_000n);
    assert.equal(id, (4n << 96n) | (7n << 64n) | 20_000n);
    assert.deepEqual(partsOfCase(id), { id, fault: FAULT.capture, validatorId: 7n, key: 20_000n });
  });
});
