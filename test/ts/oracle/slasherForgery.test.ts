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
  HALF_ORDER,
  keyOf,
  PRICE,
  ROUND_SECONDS,
  SEAT_WEIGHT,
  type SlasherFixture,
} from "./slasherFixture.ts";

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

describe("Slasher: attacks with equivocations", () => {
  let fixture: SlasherFixture;
  beforeEach(async () => {
    fixture = await deploySlasher();
  });

  describe("review 17: any set, any key, any anchor", () => {
    it("two vectors under set k and k + 1 at an epoch boundary are one fault", async () => {
      const { slasher, oracle, equivocate, reportOf } = fixture;
      await oracle.setSeat(2, 0, keyOf(0).address, SEAT_WEIGHT, 1);
      await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n, { setId: 2n }))).to.emit(slasher, "BaseTaken");
    });

    it("two keys of one validator are one signer", async () => {
      const { slasher, registry, equivocate, reportOf } = fixture;
      await registry.rotate(1, keyOf("rotated").address);
      const keys = [keyOf(0), keyOf("rotated")] as [ReturnType<typeof keyOf>, ReturnType<typeof keyOf>];
      await expect(equivocate(reportOf(PRICE), reportOf(PRICE + 1n), keys)).to.emit(slasher, "BaseTaken");
    });

    it("two anchors do not excuse two vectors; an abstention is part of the vector", async () => {
      const { slasher, equivocate, reportOf } = fixture;
      const other = reportOf(0n, { anchorHash: anchorHash("other fork") });
      await expect(equivocate(reportOf(PRICE), other)).to.emit(slasher, "BaseTaken");
    });
  });

  it("a reorg cannot fake one: the same vector with a new anchor, set or key is no fault", async () => {
    const { slasher, registry, equivocate, reportOf, round } = fixture;
    await registry.rotate(1, keyOf("rotated").address);
    const signedAgain = reportOf(PRICE, { anchorHash: anchorHash("other fork"), setId: 2n });
    for (const key of [keyOf(0), keyOf("rotated")]) {
      await expect(equivocate(reportOf(PRICE), signedAgain, [keyOf(0), key]))
        .to.be.revertedWithCustomError(slasher, "Slasher_SameVector")
        .withArgs(round);
    }
  });

  it("signatures of another chain or contract are nobody's", async () => {
    const { slasher, equivocate, reportOf, chainId, stranger } = fixture;
    for (const domain of [{ chainId: chainId + 1n }, { verifyingContract: stranger.address }]) {
      await expect(
        equivocate(reportOf(PRICE), reportOf(PRICE + 1n), [keyOf(0), keyOf(0)], domain),
      ).to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner");
    }
  });

  it("one signature of this chain and one of another make no pair", async () => {
    const { slasher, sign, reportOf, chainId } = fixture;
    const [first, second] = [reportOf(PRICE), reportOf(PRICE + 1n)];
    const [a, b] = [await sign(keyOf(0), first), await sign(keyOf(0), second, { chainId: chainId + 1n })];
    await expect(slasher.submitEquivocation(first, a.r, a.vs, second, b.r, b.vs)).to.be.revertedWithCustomError(
      slasher,
      "Slasher_UnknownSigner",
    );
  });

  it("a malleable signature is refused", async () => {
    const { slasher, sign, reportOf } = fixture;
    const [first, second] = [reportOf(PRICE), reportOf(PRICE + 1n)];
    const [a, b] = [await sign(keyOf(0), first), await sign(keyOf(0), second)];
    // The compact form has 255 bits for s, so of the upper half only what lies below 2^255 can be written at all.
    for (const parity of [0n, 1n]) {
      const high = (parity << 255n) | (HALF_ORDER + 1n);
      await expect(slasher.submitEquivocation(first, a.r, a.vs, second, b.r, word(high)))
        .to.be.revertedWithCustomError(slasher, "Slasher_MalleableSignature")
        .withArgs(word(HALF_ORDER + 1n), word(HALF_ORDER));
    }
  });

  it("a malleable signature is refused in every other kind of evidence too", async () => {
    const { slasher, sign, reportOf, keepRound, round, start } = fixture;
    await keepRound(round);
    const accepted = reportOf(PRICE * 2n);
    const ahead = reportOf(PRICE, { round: start / ROUND_SECONDS + 100n });
    const span = { feed: 0n, firstRound: round, lastRound: round, firstRoundIds: [], secondRoundIds: [] };
    const high = word(HALF_ORDER + 1n);
    const submissions = {
      deviation: async (r: string) => slasher.submitDeviation(accepted, r, high, 0),
      "future dating": async (r: string) => slasher.accuseFutureDating(ahead, r, high),
      capture: async (r: string) => slasher.submitCapture(accepted, r, high, { ...span, sources: [0n, 1n] }),
    };
    const { r } = await sign(keyOf(0), accepted);
    for (const [kind, submit] of Object.entries(submissions)) {
      await expect(submit(r), kind)
        .to.be.revertedWithCustomError(slasher, "Slasher_MalleableSignature")
        .withArgs(high, word(HALF_ORDER));
    }
  });

  it("a stolen old key costs its owner once: the new key's honest vector and the thief's", async () => {
    const { slasher, registry, equivocate, reportOf, round, stranger } = fixture;
    await registry.rotate(1, keyOf("rotated").address);
    await equivocate(reportOf(PRICE), reportOf(2n * PRICE), [keyOf("rotated"), keyOf(0)], {}, stranger);
    expect((await registry.validator(1)).bond, "5 %, once").to.equal((BOND * 95n) / 100n);
    const earlier = { round: round - 1n };
    await expect(equivocate(reportOf(PRICE, earlier), reportOf(PRICE + 1n, earlier))).to.be.revertedWithCustomError(
      slasher,
      "Slasher_AlreadyTombstoned",
    );
  });

  it("reporting oneself loses nine tenths of both phases", async () => {
    const { slasher, registry, equivocate, reportOf, round, reporter, time } = fixture;
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));
    const id = caseId(Fault.Equivocation, 1n, round);
    await time.increaseTo(await slasher.finalizableAt(id));
    await slasher.finalize(id);
    const lost = BOND - (await registry.validator(1)).bond;
    const bounty = await registry.bountyOf(reporter.address);
    expect(lost > BOND / 20n, "more than the base was lost").to.equal(true);
    expect(bounty * 10n <= lost, "at most a tenth comes back").to.equal(true);
  });

  it("review 21: a cartel cannot finalize its smallest member early", async () => {
    const { slasher, registry, equivocate, reportOf, round, time } = fixture;
    const id = caseId(Fault.Equivocation, 1n, round);
    await equivocate(reportOf(PRICE), reportOf(PRICE + 1n));

    // The rest attacks in the last round of day 7; the evidence comes at its last moment, past 14 days after the first.
    const attack = { round: (dayOf(round) + 8n) * (DAY / ROUND_SECONDS) - 1n };
    await time.setNextBlockTimestamp(round * ROUND_SECONDS + 14n * DAY);
    await expect(slasher.finalize(id)).to.be.revertedWithCustomError(slasher, "Slasher_TooEarly");
    await time.setNextBlockTimestamp(attack.round * ROUND_SECONDS + 7n * DAY - 3n);
    for (const i of [1, 2, 3]) {
      await equivocate(reportOf(PRICE, attack), reportOf(PRICE + 1n, attack), [keyOf(i), keyOf(i)]);
    }
    await time.increaseTo(await slasher.finalizableAt(id));
    await slasher.finalize(id);
    expect((await registry.validator(1)).bond, "5 % and three times four seats: everything").to.equal(0n);
  });
});
