// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
  anchorHash,
  BOND,
  caseId,
  deploySlasher,
  Fault,
  keyOf,
  PRICE,
  type Report,
  ROUND_SECONDS,
  State,
} from "./slasherFixture.ts";

/** Small repeatable generator: the schedule of a failing seed is the same in every run. */
function generator(seed: number) {
  let state = BigInt(seed) * 2_654_435_761n + 1n;
  return (limit: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n);
    return Number((state >> 33n) % BigInt(limit));
  };
}

async function refused(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => false,
    (error: unknown) => String(error).includes("Slasher_"),
  );
}

describe("Slasher: an honest validator is never penalised", () => {
  // Honest: one vector per round, within 5 % of a median a witness confirms, signed at its true time. Everything else is
  // the adversary's: forks and sets the vector is signed again for, what relayers accept, credit late or leave out, how
  // long the chain stands still, and every piece of evidence that can be built from what the validator ever signed.
  for (const seed of [1, 2, 3, 4]) {
    it(`whatever relayers, reorgs and halts do (seed ${seed})`, async () => {
      const { slasher, oracle, registry, sign, reportOf, keepRound, round, time } = await deploySlasher();
      const pick = generator(seed);
      const signed: { report: Report; r: string; vs: string }[] = [];
      const key = keyOf(0);
      let trueRound = round;

      for (let step = 0; step < 8; ++step) {
        trueRound += BigInt(1 + pick(pick(3) === 0 ? 400 : 4)); // now and then the chain stands for up to 100 min
        const price = (PRICE * BigInt(9_500 + pick(1_001))) / 10_000n;
        for (let fork = 0; fork <= pick(3); ++fork) {
          const report = reportOf(price, {
            round: trueRound,
            setId: BigInt(1 + pick(2)),
            anchorHash: anchorHash(`fork ${fork} of ${step}`),
          });
          signed.push({ report, ...(await sign(key, report)) });
        }
        const accepted = pick(2) === 0 ? 0x3ffn : 0x3fen;
        const setId = BigInt(1 + pick(2));
        await keepRound(trueRound, { witnessed: pick(2) === 0 }, { signers: accepted, late: BigInt(pick(2)), setId });

        for (const a of signed) {
          const future = caseId(Fault.FutureDating, 1n, a.report.round);
          // While the chain's clock lags an accusation may be opened; a quorum that saw it comes after the report.
          const { report, r, vs } = a;
          const accusation = await slasher.accuseFutureDating(report, r, vs).catch(() => undefined);
          if (accusation !== undefined) {
            await oracle.setHeight(2_000n + BigInt(step));
            await keepRound(trueRound + 1n, {}, { anchorLow: 2_000n + BigInt(step) });
            expect(await refused(slasher.convictFutureDating(future, trueRound + 1n)), "convicted").to.equal(true);
          }
          expect(await refused(slasher.submitDeviation(report, r, vs, 0)), "deviation").to.equal(true);
          for (const b of signed) {
            const pair = slasher.submitEquivocation(report, r, vs, b.report, b.r, b.vs);
            expect(await refused(pair), "equivocation").to.equal(true);
          }
        }
        const trueTime = trueRound * ROUND_SECONDS + 5n;
        const catchesUp = pick(2) === 0 && trueTime > BigInt(await time.latest());
        if (catchesUp) await time.increaseTo(trueTime);
      }

      const honest = await registry.validator(1);
      expect([honest.bond, honest.frozen, honest.state], "untouched").to.deep.equal([BOND, 0n, BigInt(State.Active)]);
    });
  }
});
