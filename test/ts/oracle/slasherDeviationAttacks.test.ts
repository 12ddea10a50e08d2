// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
  anchorHash,
  BOND,
  caseId,
  DAY,
  dayOf,
  deploySlasher,
  Fault,
  HOUR,
  keyOf,
  PRICE,
  ROUND_SECONDS,
  SEAT_SHARE,
  type SlasherFixture,
} from "./slasherFixture.ts";

const MILD = (PRICE * 110n) / 100n;
const GROSS = (PRICE * 130n) / 100n;

describe("Slasher: attacks with deviations", () => {
  let fixture: SlasherFixture;
  beforeEach(async () => {
    fixture = await deploySlasher();
    await fixture.keepRound(fixture.round);
  });

  describe("review 20: one base per validator and 24 h, x counts distinct validators", () => {
    it("a bug of a hundred rounds costs one base", async () => {
      const { slasher, registry, keepRound, deviate, round } = fixture;
      await deviate(0, MILD);
      for (const back of [1n, 40n, 100n]) {
        await keepRound(round - back);
        await expect(deviate(0, MILD, { round: round - back }))
          .to.be.revertedWithCustomError(slasher, "Slasher_PenalizedWithinDay")
          .withArgs(1, round * ROUND_SECONDS, (round - back) * ROUND_SECONDS);
      }
      expect((await registry.validator(1)).bond, "1 %, once").to.equal((BOND * 99n) / 100n);
    });

    it("a bug that straddles midnight is still one, a fault 24 h away is another", async () => {
      const { slasher, registry, keepRound, deviate, round, time } = fixture;
      const perDay = DAY / ROUND_SECONDS;
      const midnight = (dayOf(round) + 1n) * perDay;
      await time.increaseTo((midnight + perDay) * ROUND_SECONDS + HOUR);
      for (const number of [midnight - 1n, midnight + 1n, midnight - 1n + perDay]) await keepRound(number);
      await deviate(0, MILD, { round: midnight - 1n });
      await expect(deviate(0, MILD, { round: midnight + 1n })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_PenalizedWithinDay",
      );
      await deviate(0, MILD, { round: midnight - 1n + perDay });
      expect((await registry.validator(1)).bond, "1 % and 1 % of the rest").to.equal((BOND * 9_801n) / 10_000n);
      expect(await slasher.faultyShareAround(Fault.Deviation, dayOf(midnight)), "one validator").to.equal(SEAT_SHARE);
    });

    it("a waiting case that could not be charged any more is not opened", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      await deviate(0, MILD);
      await keepRound(round - 1n, { witnessed: false });
      await expect(deviate(0, MILD, { round: round - 1n })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_PenalizedWithinDay",
      );
    });

    it("showing a mild fault early shields nobody: a gross one raises the base, once", async () => {
      const { slasher, registry, keepRound, deviate, round, stranger } = fixture;
      await deviate(0, MILD);
      for (const back of [1n, 2n]) await keepRound(round - back);
      await expect(deviate(0, GROSS, { round: round - 1n }, stranger))
        .to.emit(slasher, "BaseRaised")
        .withArgs(stranger.address, caseId(Fault.Deviation, 1n, round), 1, 5, (BOND * 4n) / 100n);
      const accused = await registry.validator(1);
      expect([accused.bond, accused.frozen], "5 %").to.deep.equal([(BOND * 95n) / 100n, (BOND * 95n) / 100n]);
      expect(await registry.bountyOf(stranger.address), "bounty on the difference").to.equal((BOND * 4n) / 1_000n);
      await expect(deviate(0, GROSS, { round: round - 2n })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_PenalizedWithinDay",
      );
      await expect(deviate(0, GROSS, { round: round - 1n })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_CaseExists",
      );
    });

    it("a gross fault confirmed later raises the base too and frees what waited", async () => {
      const { slasher, registry, router, keepRound, deviate, round } = fixture;
      await keepRound(round - 1n, { witnessed: false });
      await deviate(0, GROSS, { round: round - 1n });
      await deviate(0, MILD);
      const roundAt = (round - 1n) * ROUND_SECONDS;
      await router.push(0, 0, [
        { updatedAt: roundAt, price: PRICE },
        { updatedAt: roundAt + 15n, price: PRICE },
      ]);
      await slasher.confirmDeviation(caseId(Fault.Deviation, 1n, round - 1n), 0, 0);
      const accused = await registry.validator(1);
      expect([accused.bond, accused.frozen], "5 % once").to.deep.equal([(BOND * 95n) / 100n, (BOND * 95n) / 100n]);
    });

    it("a third that deviates together loses everything", async () => {
      const { slasher, registry, deviate, round, time } = fixture;
      for (const i of [0, 1, 2, 3]) await deviate(i, MILD);
      await time.increaseTo(await slasher.finalizableAt(caseId(Fault.Deviation, 1n, round)));
      for (const i of [1n, 2n, 3n, 4n]) {
        await slasher.finalize(caseId(Fault.Deviation, i, round));
        expect((await registry.validator(i)).bond, `bond of ${i}`).to.equal(0n);
      }
    });
  });

  describe("bound to this fork and to the seat", () => {
    it("review 8: a report signed for a fork that lost, never accepted here, frames nobody", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      await keepRound(round, {}, { signers: 0x3fen });
      await expect(deviate(0, MILD, { anchorHash: anchorHash("lost fork") }))
        .to.be.revertedWithCustomError(slasher, "Slasher_NotInRound")
        .withArgs(1, round);
    });

    it("a report left out by relayers is evidence once credited late: then the oracle has verified it", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      await keepRound(round, {}, { signers: 0x3fen, late: 1n });
      await expect(deviate(0, MILD)).to.emit(slasher, "BaseTaken");
    });

    it("a stolen retired key cannot deviate for a seat that signs with its new one", async () => {
      const { slasher, oracle, registry, deviate } = fixture;
      await registry.rotate(1, keyOf("rotated").address);
      await oracle.setSeat(1, 0, keyOf("rotated").address, 60_000n, 1);
      await expect(deviate(0, MILD))
        .to.be.revertedWithCustomError(slasher, "Slasher_RetiredKey")
        .withArgs(keyOf(0).address, keyOf("rotated").address);
    });

    it("a validator that moved to another seat since is found in the round's own set", async () => {
      const { slasher, registry, deviate } = fixture;
      await registry.enroll(1, keyOf(0).address, 7, BOND);
      await expect(deviate(0, MILD)).to.emit(slasher, "BaseTaken");
      await registry.enroll(2, keyOf(1).address, 255, BOND);
      await expect(deviate(1, MILD)).to.emit(slasher, "BaseTaken");
    });
  });
});
