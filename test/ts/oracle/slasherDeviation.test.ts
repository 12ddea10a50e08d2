// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
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
  SHARE_ONE,
  type SlasherFixture,
  Stage,
  State,
} from "./slasherFixture.ts";

const MILD = (PRICE * 110n) / 100n;
const GROSS = (PRICE * 130n) / 100n;

describe("Slasher: deviation (F2)", () => {
  let fixture: SlasherFixture;
  beforeEach(async () => {
    fixture = await deploySlasher();
    await fixture.keepRound(fixture.round);
  });

  describe("with a witness at acceptance", () => {
    it("takes 1 %, freezes the rest, jails for 24 h, and takes 9x² after the window", async () => {
      const { slasher, registry, deviate, round, reporter, time } = fixture;
      const id = caseId(Fault.Deviation, 1n, round);
      await expect(deviate(0, MILD))
        .to.emit(slasher, "BaseTaken")
        .withArgs(reporter.address, id, 1, BOND / 100n);
      const accused = await registry.validator(1);
      expect(accused.bond, "bond").to.equal((BOND * 99n) / 100n);
      expect(accused.frozen, "frozen").to.equal((BOND * 99n) / 100n);
      expect(accused.state, "state").to.equal(State.Jailed);
      expect(accused.jailedUntil, "jailed until").to.equal(BigInt(await time.latest()) + DAY);

      await time.increaseTo(await slasher.finalizableAt(id));
      await slasher.finalize(id);
      const correlated = (BOND * 9n * SEAT_SHARE * SEAT_SHARE) / (SHARE_ONE * SHARE_ONE);
      const after = await registry.validator(1);
      expect(after.bond, "bond after").to.equal((BOND * 99n) / 100n - correlated);
      expect(after.frozen, "frozen after").to.equal(0n);
    });

    it("takes 5 % beyond 20 %, in either direction", async () => {
      const { registry, deviate } = fixture;
      await deviate(0, GROSS);
      await deviate(1, (PRICE * 79n) / 100n);
      await deviate(2, (PRICE * 120n) / 100n);
      expect((await registry.validator(1)).bond, "30 % above").to.equal((BOND * 95n) / 100n);
      expect((await registry.validator(2)).bond, "21 % below").to.equal((BOND * 95n) / 100n);
      expect((await registry.validator(3)).bond, "exactly 20 %").to.equal((BOND * 99n) / 100n);
    });

    it("refuses the same fault twice, naming the case", async () => {
      const { slasher, deviate, round } = fixture;
      await deviate(0, MILD);
      await expect(deviate(0, MILD))
        .to.be.revertedWithCustomError(slasher, "Slasher_CaseExists")
        .withArgs(caseId(Fault.Deviation, 1n, round));
    });
  });

  describe("what is tolerable", () => {
    it("5 % exactly, but not a hundredth of a point more", async () => {
      const { slasher, deviate } = fixture;
      await expect(deviate(0, (PRICE * 105n) / 100n))
        .to.be.revertedWithCustomError(slasher, "Slasher_WithinTolerance")
        .withArgs(50_000, 50_000);
      await expect(deviate(0, (PRICE * 10_501n) / 10_000n)).to.emit(slasher, "BaseTaken");
    });

    it("six times the lagged dispersion", async () => {
      const { slasher, oracle, deviate } = fixture;
      await oracle.setLaggedDispersion(0, 10_000);
      await expect(deviate(0, (PRICE * 106n) / 100n))
        .to.be.revertedWithCustomError(slasher, "Slasher_WithinTolerance")
        .withArgs(60_000, 60_000);
    });

    it("six times the round's own dispersion, so that waiting for calm makes no fault of a turbulent hour", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      await keepRound(round, { dispersionPpm: 14_000n });
      await expect(deviate(0, (PRICE * 108n) / 100n))
        .to.be.revertedWithCustomError(slasher, "Slasher_WithinTolerance")
        .withArgs(80_000, 84_000);
    });

    it("but not what a third spread by itself: the round's own counts up to 1.5 %", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      await keepRound(round, { dispersionPpm: 160_000n });
      await expect(deviate(0, (PRICE * 109n) / 100n))
        .to.be.revertedWithCustomError(slasher, "Slasher_WithinTolerance")
        .withArgs(90_000, 90_000);
      await expect(deviate(0, MILD)).to.emit(slasher, "BaseTaken");
    });
  });

  describe("refuses", () => {
    it("a feed that is no slot", async () => {
      const { slasher, reportOf, sign } = fixture;
      const report = reportOf(MILD);
      const { r, vs } = await sign(keyOf(0), report);
      await expect(slasher.submitDeviation(report, r, vs, 8))
        .to.be.revertedWithCustomError(slasher, "Slasher_UnknownFeed")
        .withArgs(8, 8);
    });

    it("a round that is not kept, or kept without that feed", async () => {
      const { slasher, reportOf, sign, deviate, round } = fixture;
      await expect(deviate(0, MILD, { round: round - 1n }))
        .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept")
        .withArgs(round - 1n);
      const report = reportOf(MILD);
      const { r, vs } = await sign(keyOf(0), report);
      await expect(slasher.submitDeviation(report, r, vs, 3))
        .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept")
        .withArgs(round);
    });

    it("a round that is not clean or not published", async () => {
      const { slasher, keepRound, deviate, round } = fixture;
      for (const changes of [{ clean: false }, { published: false }]) {
        await keepRound(round, changes);
        await expect(deviate(0, MILD))
          .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotClean")
          .withArgs(0, round);
      }
    });

    it("an abstention", async () => {
      const { slasher, deviate, round } = fixture;
      await expect(deviate(0, 0n)).to.be.revertedWithCustomError(slasher, "Slasher_Abstained").withArgs(0, round);
    });

    it("a report for another set, and a validator without a seat in the round's", async () => {
      const { slasher, registry, deviate } = fixture;
      await expect(deviate(0, MILD, { setId: 2n }))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongSet")
        .withArgs(2, 1);
      await registry.enroll(20, keyOf(20).address, 255, BOND);
      await expect(deviate(20, MILD)).to.be.revertedWithCustomError(slasher, "Slasher_NotSeated").withArgs(20, 1);
      await expect(deviate(30, MILD))
        .to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner")
        .withArgs(keyOf(30).address);
    });

    it("a round older than 4 days, so that its witness comes within 7", async () => {
      const { slasher, deviate, round, time } = fixture;
      const deadline = round * ROUND_SECONDS + 4n * DAY;
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(deviate(0, MILD))
        .to.be.revertedWithCustomError(slasher, "Slasher_EvidenceExpired")
        .withArgs(deadline, deadline + 1n);
    });
  });

  describe("without a witness at acceptance", () => {
    let id: bigint;
    beforeEach(async () => {
      const { keepRound, deviate, round, router } = fixture;
      await keepRound(round, { witnessed: false });
      await deviate(0, MILD);
      id = caseId(Fault.Deviation, 1n, round);
      const roundAt = round * ROUND_SECONDS;
      await router.push(0, 0, [
        { updatedAt: roundAt - 60n, price: (PRICE * 102n) / 100n },
        { updatedAt: roundAt + 60n, price: PRICE },
        { updatedAt: roundAt + 90n, price: PRICE },
      ]);
      await router.push(0, 1, [
        { updatedAt: roundAt - 60n, price: (PRICE * 10_201n) / 10_000n },
        { updatedAt: roundAt + 60n, price: PRICE },
      ]);
    });

    it("freezes the bond and takes nothing", async () => {
      const { registry } = fixture;
      const accused = await registry.validator(1);
      expect([accused.bond, accused.frozen, accused.state], "untouched").to.deep.equal([
        BOND,
        BOND,
        BigInt(State.Active),
      ]);
    });

    it("is charged on a witness round within 2 % of the median at the round's time", async () => {
      const { slasher, registry, stranger, reporter } = fixture;
      await expect(slasher.connect(stranger).confirmDeviation(id, 0, 0))
        .to.emit(slasher, "BaseTaken")
        .withArgs(stranger.address, id, 1, BOND / 100n);
      const accused = await registry.validator(1);
      expect([accused.bond, accused.frozen], "bond and frozen").to.deep.equal([
        (BOND * 99n) / 100n,
        (BOND * 99n) / 100n,
      ]);
      expect(await registry.bountyOf(reporter.address), "bounty for the reporter").to.equal(BOND / 1_000n);
      await expect(slasher.confirmDeviation(id, 0, 0))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
        .withArgs(id, Stage.Charged);
    });

    it("is not charged on a witness further off, another moment, or after 72 h", async () => {
      const { slasher, time } = fixture;
      await expect(slasher.confirmDeviation(id, 1, 0))
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessDisagrees")
        .withArgs((PRICE * 10_201n) / 10_000n, PRICE);
      await expect(slasher.confirmDeviation(id, 0, 1))
        .to.be.revertedWithCustomError(slasher, "Slasher_NoWitnessProof")
        .withArgs(0, 1);
      const [, pending] = await slasher.caseOf(id);
      const deadline = pending.openedAt + 72n * HOUR;
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(slasher.confirmDeviation(id, 0, 0))
        .to.be.revertedWithCustomError(slasher, "Slasher_EvidenceExpired")
        .withArgs(deadline, deadline + 1n);
    });

    it("is not charged on a dead witness, whose last price would agree with any majority that stopped with it", async () => {
      const { slasher, router } = fixture;
      await router.setHeartbeat(59);
      await expect(slasher.confirmDeviation(id, 0, 0))
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessStale")
        .withArgs(0, 0, 60, 59);
      await router.setHeartbeat(60);
      await expect(slasher.confirmDeviation(id, 0, 0)).to.emit(slasher, "BaseTaken");
    });

    it("is released by anyone after 72 h, not before, and once", async () => {
      const { slasher, registry, stranger, time } = fixture;
      const [, pending] = await slasher.caseOf(id);
      const deadline = pending.openedAt + 72n * HOUR;
      await time.setNextBlockTimestamp(deadline);
      await expect(slasher.release(id))
        .to.be.revertedWithCustomError(slasher, "Slasher_TooEarly")
        .withArgs(deadline + 1n, deadline);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(slasher.connect(stranger).release(id))
        .to.emit(slasher, "CaseReleased")
        .withArgs(stranger.address, id, 1, BOND);
      const accused = await registry.validator(1);
      expect([accused.bond, accused.frozen], "whole and free").to.deep.equal([BOND, 0n]);
      await expect(slasher.release(id))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
        .withArgs(id, Stage.Closed);
    });

    it("counts in x only once charged", async () => {
      const { slasher, round } = fixture;
      expect(await slasher.faultyShareAround(Fault.Deviation, dayOf(round)), "waiting").to.equal(0n);
      await slasher.confirmDeviation(id, 0, 0);
      expect(await slasher.faultyShareAround(Fault.Deviation, dayOf(round)), "charged").to.equal(SEAT_SHARE);
    });

    it("cannot be confirmed as anything else", async () => {
      const { slasher, round, accuse } = fixture;
      const future = round + 1_000n;
      await accuse(0, future);
      const accusation = caseId(Fault.FutureDating, 1n, future);
      await expect(slasher.confirmDeviation(accusation, 0, 0))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
        .withArgs(accusation, Stage.Waiting);
      await expect(slasher.convictFutureDating(id, round))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
        .withArgs(id, Stage.Waiting);
    });
  });

  it("a lying majority cannot slash the honest minority: no witness, no penalty, only 72 h", async () => {
    const { slasher, registry, router, keepRound, deviate, round, time } = fixture;
    const captured = (PRICE * 120n) / 100n;
    await keepRound(round, { price: captured, witnessed: false });
    await deviate(0, PRICE); // the truth, 16.7 % off the published median
    const id = caseId(Fault.Deviation, 1n, round);
    const roundAt = round * ROUND_SECONDS;
    await router.push(0, 0, [
      { updatedAt: roundAt - 5n, price: PRICE },
      { updatedAt: roundAt + 5n, price: PRICE },
    ]);
    await expect(slasher.confirmDeviation(id, 0, 0))
      .to.be.revertedWithCustomError(slasher, "Slasher_WitnessDisagrees")
      .withArgs(PRICE, captured);
    await time.increase(72n * HOUR + 2n);
    await slasher.release(id);
    const honest = await registry.validator(1);
    expect([honest.bond, honest.frozen], "whole and free").to.deep.equal([BOND, 0n]);
  });

  it("one that left long ago loses what bond it still has", async () => {
    const { registry, deviate } = fixture;
    await registry.enroll(1, keyOf(0).address, 255, 3n);
    await deviate(0, GROSS);
    expect((await registry.validator(1)).bond, "rounded down").to.equal(3n);
    await registry.enroll(2, keyOf(1).address, 255, 0n);
    await deviate(1, GROSS);
    expect((await registry.validator(2)).bond, "nothing to take").to.equal(0n);
  });
});
