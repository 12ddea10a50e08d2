// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import {
  BOND,
  caseId,
  DAY,
  dayOf,
  deploySlasher,
  Fault,
  keyOf,
  PRICE,
  ROUND_SECONDS,
  SEAT_SHARE,
  SHARE_ONE,
  type SlasherFixture,
  Stage,
  State,
} from "./slasherFixture.ts";

describe("Slasher: equivocation (F1)", () => {
  let fixture: SlasherFixture;
  beforeEach(async () => {
    fixture = await deploySlasher();
  });

  it("takes 5 %, freezes the rest, tombstones, and takes 3x after the window", async () => {
    const { slasher, registry, equivocate, reportOf, round, reporter, time, stranger } = fixture;
    const id = caseId(Fault.Equivocation, 1n, round);
    const base = BOND / 20n;

    const submitted = await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    await expect(submitted)
      .to.emit(slasher, "CaseOpened")
      .withArgs(reporter.address, id, 1, Fault.Equivocation, round, Stage.Charged);
    await expect(submitted).to.emit(slasher, "BaseTaken").withArgs(reporter.address, id, 1, base);

    const accused = await registry.validator(1);
    expect(accused.bond, "bond").to.equal(BOND - base);
    expect(accused.frozen, "frozen").to.equal(BOND - base);
    expect(accused.state, "state").to.equal(State.Tombstoned);
    expect(await registry.lastFaultAt(), "time of the fault").to.equal(round * ROUND_SECONDS);

    const finalizableAt = (dayOf(round) + 15n) * DAY;
    expect(await slasher.finalizableAt(id), "finalizable at").to.equal(finalizableAt);
    await time.increaseTo(finalizableAt);
    const correlated = (BOND * 3n * SEAT_SHARE) / SHARE_ONE;
    await expect(slasher.connect(stranger).finalize(id))
      .to.emit(slasher, "CaseFinalized")
      .withArgs(stranger.address, id, 1, SEAT_SHARE, correlated);
    const after = await registry.validator(1);
    expect(after.bond, "bond after").to.equal(BOND - base - correlated);
    expect(after.frozen, "frozen after").to.equal(0n);
    expect(await registry.bountyOf(reporter.address), "bounty of both phases").to.equal(base / 10n + correlated / 10n);
  });

  it("keeps one word for a charged case", async () => {
    const { slasher, equivocate, reportOf, round, reporter } = fixture;
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    const [kept, pending] = await slasher.caseOf(await slasher.caseIdOf(Fault.Equivocation, 1, round));
    expect([...kept], "case").to.deep.equal([reporter.address, BOND, 5n, BigInt(Stage.Charged)]);
    expect([...pending], "pending").to.deep.equal([0n, 0n, 0n, 0n, 0n]);
  });

  it("refuses to finalize a second before the window closed, twice, and an unknown case", async () => {
    const { slasher, equivocate, reportOf, round, time } = fixture;
    const id = caseId(Fault.Equivocation, 1n, round);
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    const allowedAt = await slasher.finalizableAt(id);

    await time.setNextBlockTimestamp(allowedAt - 1n);
    await expect(slasher.finalize(id))
      .to.be.revertedWithCustomError(slasher, "Slasher_TooEarly")
      .withArgs(allowedAt, allowedAt - 1n);
    await time.setNextBlockTimestamp(allowedAt);
    await slasher.finalize(id);
    await expect(slasher.finalize(id))
      .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
      .withArgs(id, Stage.Closed);
    await expect(slasher.finalize(id + 1n))
      .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
      .withArgs(id + 1n, Stage.None);
  });

  it("refuses different rounds", async () => {
    const { slasher, equivocate, reportOf, round } = fixture;
    await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n, { round: round - 1n })))
      .to.be.revertedWithCustomError(slasher, "Slasher_DifferentRounds")
      .withArgs(round, round - 1n);
  });

  it("refuses two validators who disagree", async () => {
    const { slasher, equivocate, reportOf } = fixture;
    await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n), [keyOf(0), keyOf(1)]))
      .to.be.revertedWithCustomError(slasher, "Slasher_DifferentValidators")
      .withArgs(1, 2);
  });

  it("refuses a key no validator ever had, on either side", async () => {
    const { slasher, equivocate, reportOf } = fixture;
    const nobody = keyOf("nobody");
    for (const first of [nobody, keyOf(0)]) {
      await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n), [first, nobody]))
        .to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner")
        .withArgs(nobody.address);
    }
  });

  it("refuses a signature that recovers to nobody", async () => {
    const { slasher, sign, reportOf } = fixture;
    const [first, second] = [reportOf(PRICE), reportOf(PRICE + 1n)];
    const { r, vs } = await sign(keyOf(0), first);
    await expect(slasher.submitEquivocation(first, `0x${"00".repeat(32)}`, vs, second, r, vs))
      .to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner")
      .withArgs(ZeroAddress);
  });

  it("refuses a round older than 7 days and one more than 15 min ahead", async () => {
    const { slasher, equivocate, reportOf, round, time, start } = fixture;
    const deadline = round * ROUND_SECONDS + 7n * DAY;
    const ahead = start / ROUND_SECONDS + 200n;
    await time.setNextBlockTimestamp(start + 60n);
    await expect(equivocate(reportOf(PRICE, { round: ahead }), reportOf(PRICE + 1n, { round: ahead })))
      .to.be.revertedWithCustomError(slasher, "Slasher_TooEarly")
      .withArgs(ahead * ROUND_SECONDS - 900n, start + 60n);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n)))
      .to.be.revertedWithCustomError(slasher, "Slasher_EvidenceExpired")
      .withArgs(deadline, deadline + 1n);
  });

  it("accepts a round up to 15 min ahead and asks for the exposure of now", async () => {
    const { registry, equivocate, reportOf, time, start } = fixture;
    const ahead = start / ROUND_SECONDS + 40n;
    await time.setNextBlockTimestamp(start + 60n);
    await equivocate(reportOf(PRICE, { round: ahead }), reportOf(PRICE + 1n, { round: ahead }));
    expect(await registry.lastFaultAt(), "not in the future").to.equal(start + 60n);
  });

  it("refuses the same fault twice, naming the case, and any other of a tombstoned validator", async () => {
    const { slasher, equivocate, reportOf, round } = fixture;
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    await expect(equivocate(reportOf(PRICE + 2n), reportOf(PRICE + 3n)))
      .to.be.revertedWithCustomError(slasher, "Slasher_CaseExists")
      .withArgs(caseId(Fault.Equivocation, 1n, round));
    const earlier = { round: round - 1n };
    await expect(equivocate(reportOf(PRICE, earlier), reportOf(PRICE + 1n, earlier)))
      .to.be.revertedWithCustomError(slasher, "Slasher_AlreadyTombstoned")
      .withArgs(1);
  });

  it("never reverts because the bond ran out: takes what is left", async () => {
    const { slasher, registry, equivocate, reportOf, round, time } = fixture;
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    await registry.enroll(1, keyOf(0).address, 0, 7n);
    const id = caseId(Fault.Equivocation, 1n, round);
    await time.increaseTo(await slasher.finalizableAt(id));
    expect(await slasher.finalize.staticCall(id), "taken").to.equal(7n);
  });

  it("measures by whole millionths of a token of eighteen decimals", async () => {
    const { registry, deployAnother, sign, reportOf, round } = fixture;
    await registry.setDecimals(18);
    const bond = 60_000n * 10n ** 18n + 999_999_999_999n;
    await registry.enroll(1, keyOf(0).address, 0, bond);
    const slasher = await deployAnother();
    const [first, second] = [reportOf(PRICE), reportOf(PRICE + 1n)];
    const [a, b] = [await sign(keyOf(0), first), await sign(keyOf(0), second)];
    await slasher.submitEquivocation(first, a.r, a.vs, second, b.r, b.vs);
    const [kept] = await slasher.caseOf(caseId(Fault.Equivocation, 1n, round));
    expect(kept.bondSteps, "millionths").to.equal(60_000_000_000n);
    expect((await registry.validator(1)).bond, "bond").to.equal(bond - 3_000n * 10n ** 18n);
  });

  describe("whose weight counts", () => {
    it("the largest share among the signed sets and the current one, found on any seat", async () => {
      const { slasher, oracle, equivocate, reportOf, round } = fixture;
      await oracle.setSeat(2, 17, keyOf(0).address, 30n, 1);
      await oracle.setSeat(2, 18, keyOf(1).address, 70n, 2);
      await equivocate(reportOf(PRICE), reportOf(PRICE + 1n, { setId: 2n }));
      expect(await slasher.faultyShareAround(Fault.Equivocation, dayOf(round)), "30 % of set 2").to.equal(19_661n);
    });

    it("not less by signing for an old set in which it was small", async () => {
      const { slasher, oracle, equivocate, reportOf, round } = fixture;
      await oracle.setSeat(2, 0, keyOf(0).address, 1n, 1);
      await oracle.setSeat(2, 1, keyOf(1).address, 999_999n, 2);
      await equivocate(reportOf(PRICE, { setId: 2n }), reportOf(PRICE + 1n, { setId: 2n }));
      expect(await slasher.faultyShareAround(Fault.Equivocation, dayOf(round)), "share now").to.equal(SEAT_SHARE);
    });

    it("of one that sits in no set: its bond, at most 30 %", async () => {
      const { slasher, registry, equivocate, reportOf, round } = fixture;
      await registry.enroll(20, keyOf(20).address, 255, 6_000n * 10n ** 6n);
      await equivocate(reportOf(PRICE), reportOf(PRICE + 1n), [keyOf(20), keyOf(20)]);
      expect(await slasher.faultyShareAround(Fault.Equivocation, dayOf(round)), "1 %").to.equal(656n);
      await registry.enroll(21, keyOf(21).address, 255, 10n * BOND);
      await equivocate(reportOf(PRICE, { setId: 9n }), reportOf(PRICE + 1n), [keyOf(21), keyOf(21)]);
      expect(await slasher.faultyShareAround(Fault.Equivocation, dayOf(round)), "and 30 %").to.equal(656n + 19_660n);
    });
  });

  it("lets x grow with every other equivocator, whatever the order of reports", async () => {
    const { slasher, registry, equivocate, reportOf, round, time } = fixture;
    for (const i of [0, 1, 2]) {
      const moved = { round: round - BigInt(i) };
      await equivocate(reportOf(PRICE, moved), reportOf(PRICE + 1n, moved), [keyOf(i), keyOf(i)]);
    }
    await time.increaseTo(await slasher.finalizableAt(caseId(Fault.Equivocation, 1n, round)));
    const left = BOND - BOND / 20n - (BOND * 9n * SEAT_SHARE) / SHARE_ONE;
    for (const i of [0, 1, 2]) {
      await slasher.finalize(caseId(Fault.Equivocation, BigInt(i + 1), round - BigInt(i)));
      expect((await registry.validator(i + 1)).bond, `bond of ${i + 1}`).to.equal(left);
    }
  });
});
