// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
  BOND,
  caseId,
  DAY,
  deploySlasher,
  Fault,
  HOUR,
  keyOf,
  ROUND_SECONDS,
  type SlasherFixture,
  Stage,
  State,
} from "./slasherFixture.ts";

/** Rounds in ten minutes. */
const MARGIN = 40n;

describe("Slasher: future dating (F3)", () => {
  let fixture: SlasherFixture;
  let signed: bigint;
  let id: bigint;
  beforeEach(async () => {
    fixture = await deploySlasher();
    signed = fixture.start / ROUND_SECONDS + 400n; // 100 min ahead
    id = caseId(Fault.FutureDating, 1n, signed);
  });

  it("accusing costs nothing and notes the height; a quorum that saw it convicts: 1 % and jail", async () => {
    const { slasher, registry, accuse, keepRound, reporter, stranger } = fixture;
    await expect(accuse(0, signed))
      .to.emit(slasher, "CaseOpened")
      .withArgs(reporter.address, id, 1, Fault.FutureDating, signed, Stage.Waiting);
    const [kept, pending] = await slasher.caseOf(id);
    expect([kept.reporter, kept.bondSteps, pending.height], "case").to.deep.equal([reporter.address, 0n, 1_000n]);
    expect((await registry.validator(1)).frozen, "nothing frozen").to.equal(0n);

    const quorumRound = signed - 350n;
    await keepRound(quorumRound, {}, { anchorLow: 1_000n });
    await expect(slasher.connect(stranger).convictFutureDating(id, quorumRound))
      .to.emit(slasher, "BaseTaken")
      .withArgs(stranger.address, id, 1, BOND / 100n);
    const accused = await registry.validator(1);
    expect([accused.bond, accused.frozen], "1 %, no correlated part").to.deep.equal([(BOND * 99n) / 100n, 0n]);
    expect(accused.state, "jailed").to.equal(State.Jailed);
    expect(await registry.lastFaultAt(), "fault at the accusation").to.equal(pending.openedAt);
    expect(await registry.bountyOf(reporter.address), "bounty for the accuser").to.equal(BOND / 1_000n);
    await expect(slasher.convictFutureDating(id, quorumRound))
      .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
      .withArgs(id, Stage.Closed);
    await expect(slasher.finalize(id))
      .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
      .withArgs(id, Stage.Closed);
  });

  it("refuses an accusation for a round at most 10 min ahead, by a stranger's key, or made before", async () => {
    const { slasher, accuse, time, start } = fixture;
    const near = start / ROUND_SECONDS + MARGIN + 1n;
    await time.setNextBlockTimestamp(start + ROUND_SECONDS);
    await expect(accuse(0, near))
      .to.be.revertedWithCustomError(slasher, "Slasher_NotFuture")
      .withArgs(start + ROUND_SECONDS + 600n, start + ROUND_SECONDS + 600n);
    await expect(accuse(30, signed))
      .to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner")
      .withArgs(keyOf(30).address);
    await accuse(0, signed);
    await expect(accuse(0, signed)).to.be.revertedWithCustomError(slasher, "Slasher_CaseExists").withArgs(id);
  });

  describe("does not convict", () => {
    beforeEach(async () => {
      await fixture.accuse(0, signed);
    });

    it("on a round that is not kept", async () => {
      const { slasher } = fixture;
      await expect(slasher.convictFutureDating(id, 77n))
        .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept")
        .withArgs(77);
    });

    it("on a round of two thirds of the weight or less", async () => {
      const { slasher, keepRound } = fixture;
      const round = signed - 350n;
      await keepRound(round, {}, { anchorLow: 1_000n, signedWeightBps: 6_666n });
      await expect(slasher.convictFutureDating(id, round))
        .to.be.revertedWithCustomError(slasher, "Slasher_NoQuorum")
        .withArgs(round, 6_666);
      await keepRound(round, {}, { anchorLow: 1_000n, signedWeightBps: 6_667n });
      await expect(slasher.convictFutureDating(id, round)).to.emit(slasher, "BaseTaken");
    });

    it("on a quorum of which anyone had not seen the accusing block", async () => {
      const { slasher, keepRound } = fixture;
      const round = signed - 350n;
      await keepRound(round, {}, { anchorLow: 999n });
      await expect(slasher.convictFutureDating(id, round))
        .to.be.revertedWithCustomError(slasher, "Slasher_AnchoredBefore")
        .withArgs(999, 1_000);
    });

    it("on a quorum that is exactly 10 min earlier, but on one a round before that", async () => {
      const { slasher, keepRound } = fixture;
      for (const round of [signed - MARGIN, signed - MARGIN - 1n]) await keepRound(round, {}, { anchorLow: 1_000n });
      const limit = (signed - MARGIN) * ROUND_SECONDS;
      await expect(slasher.convictFutureDating(id, signed - MARGIN))
        .to.be.revertedWithCustomError(slasher, "Slasher_NotEarlier")
        .withArgs(limit, limit);
      await expect(slasher.convictFutureDating(id, signed - MARGIN - 1n)).to.emit(slasher, "BaseTaken");
    });

    it("after 7 days; then anyone closes the accusation", async () => {
      const { slasher, keepRound, stranger, time } = fixture;
      const [, pending] = await slasher.caseOf(id);
      const deadline = pending.openedAt + 7n * DAY;
      await keepRound(signed - 350n, {}, { anchorLow: 1_000n });
      await time.setNextBlockTimestamp(deadline);
      await expect(slasher.release(id))
        .to.be.revertedWithCustomError(slasher, "Slasher_TooEarly")
        .withArgs(deadline + 1n, deadline);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(slasher.convictFutureDating(id, signed - 350n))
        .to.be.revertedWithCustomError(slasher, "Slasher_EvidenceExpired")
        .withArgs(deadline, deadline + 1n);
      await expect(slasher.connect(stranger).release(id))
        .to.emit(slasher, "CaseReleased")
        .withArgs(stranger.address, id, 1, 0);
    });
  });

  it("a clock that was wrong for an hour costs one base, not one per report", async () => {
    const { slasher, registry, accuse, keepRound } = fixture;
    const quorumRound = signed - 350n;
    await keepRound(quorumRound, {}, { anchorLow: 1_000n });
    await accuse(0, signed);
    await accuse(0, signed + 1n);
    await slasher.convictFutureDating(id, quorumRound);
    await expect(slasher.convictFutureDating(id + 1n, quorumRound)).to.be.revertedWithCustomError(
      slasher,
      "Slasher_PenalizedWithinDay",
    );
    expect((await registry.validator(1)).bond, "1 %").to.equal((BOND * 99n) / 100n);
  });

  it("a harmless accusation of oneself shields no other report", async () => {
    const { slasher, accuse, keepRound, time, start } = fixture;
    await time.setNextBlockTimestamp(start + 1n);
    await accuse(0, start / ROUND_SECONDS + MARGIN + 1n); // no later quorum can lie 10 min before this one
    await accuse(0, signed);
    await keepRound(signed - 350n, {}, { anchorLow: 1_000n });
    await expect(slasher.convictFutureDating(id, signed - 350n)).to.emit(slasher, "BaseTaken");
  });

  it("review 18: a halted chain frames no honest signer, whose reports lie ahead of both its clocks", async () => {
    const { slasher, registry, oracle, accuse, keepRound, start } = fixture;
    // The chain stood for 78 min. Blocks are filled in with old times; honest reports carry the true one.
    const trueRound = (start + 78n * 60n) / ROUND_SECONDS;
    await keepRound(start / ROUND_SECONDS - 10n, {}, { anchorLow: 990n }); // the last round before the halt
    await accuse(0, trueRound);
    const framed = caseId(Fault.FutureDating, 1n, trueRound);

    // Rounds of before the halt, also ones relayed only now, are anchored before the accusation.
    await expect(slasher.convictFutureDating(framed, start / ROUND_SECONDS - 10n))
      .to.be.revertedWithCustomError(slasher, "Slasher_AnchoredBefore")
      .withArgs(990, 1_000);
    // Whoever saw the accusing block lives after the report was signed and dates his round so.
    await oracle.setHeight(1_100);
    for (const later of [2n, 100n]) {
      await keepRound(trueRound + later, {}, { anchorLow: 1_001n });
      await expect(slasher.convictFutureDating(framed, trueRound + later)).to.be.revertedWithCustomError(
        slasher,
        "Slasher_NotEarlier",
      );
    }
    expect((await registry.validator(1)).bond, "untouched").to.equal(BOND);
  });

  it("two convictions need accusations a day apart", async () => {
    const { slasher, registry, accuse, keepRound, time } = fixture;
    await keepRound(signed - 350n, {}, { anchorLow: 1_000n });
    await accuse(0, signed);
    await slasher.convictFutureDating(id, signed - 350n);
    await time.increase(DAY + HOUR);
    const second = signed + (DAY + HOUR) / ROUND_SECONDS;
    await accuse(0, second);
    await keepRound(second - 350n, {}, { anchorLow: 1_000n });
    await slasher.convictFutureDating(caseId(Fault.FutureDating, 1n, second), second - 350n);
    expect((await registry.validator(1)).bond, "1 % twice").to.equal((BOND * 9_801n) / 10_000n);
  });
});
