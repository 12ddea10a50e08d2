// SPDX-License-Identifier: MIT
import { expect } from "chai";

import type { ISlasher } from "../../../typechain-types/oracle/Slasher.ts";
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
  type Report,
  ROUND_SECONDS,
  SEAT_WEIGHT,
  type SlasherFixture,
  Stage,
  State,
} from "./slasherFixture.ts";

const FALSE_PRICE = (PRICE * 110n) / 100n;
const ROUNDS = 40n;
/** Seconds between two witness rounds: 108 of them cover the span and two hours on either side. */
const INTERVAL = 140n;
const STEADY = 2n * HOUR;

interface Step {
  updatedAt: bigint;
  price: bigint;
}

describe("Slasher: capture (F5)", () => {
  let fixture: SlasherFixture;
  let first: bigint;
  let last: bigint;
  let ids: bigint[];

  /** Steps of a witness from before the span to after it. @param priceAt Of a second; every other step adds `wiggle`, 0 or 1. */
  function stepsOf(
    priceAt: (at: bigint, wiggle: bigint) => bigint = (_, wiggle) => PRICE + wiggle,
    shift = 0n,
  ): Step[] {
    const steps: Step[] = [];
    const until = last * ROUND_SECONDS + STEADY + 3n * INTERVAL;
    for (let at = first * ROUND_SECONDS - STEADY - shift; at <= until; at += INTERVAL) {
      steps.push({ updatedAt: at, price: priceAt(at, BigInt(steps.length % 2)) });
    }
    return steps;
  }

  function proofOf(changes: Partial<ISlasher.CaptureProofStruct> = {}) {
    return {
      feed: 0n,
      firstRound: first,
      lastRound: last,
      sources: [0n, 1n] as [bigint, bigint],
      firstRoundIds: ids,
      secondRoundIds: ids,
      ...changes,
    };
  }

  async function capture(index = 0, report?: Report, changes: Partial<ISlasher.CaptureProofStruct> = {}) {
    const { reportOf, sign, slasher } = fixture;
    const signed = report ?? reportOf(FALSE_PRICE, { round: first + 3n });
    const { r, vs } = await sign(keyOf(index), signed);
    return slasher.submitCapture(signed, r, vs, proofOf(changes));
  }

  beforeEach(async () => {
    fixture = await deploySlasher();
    const { oracle, router, keepRound, round, time, start } = fixture;
    last = round;
    first = last - ROUNDS;
    const captured = { price: FALSE_PRICE, dispersionPpm: 0n, published: true, clean: true, witnessed: false };
    await oracle.setPrices(0, first, last, captured);
    await keepRound(first + 3n, captured);
    await oracle.setLatestRound(last + 1n);
    for (const source of [0, 1]) {
      await router.setTrueTime(0, source, true);
      await router.push(0, source, stepsOf(undefined, BigInt(source) * 40n));
    }
    ids = Array.from({ length: 108 }, (_, i) => BigInt(i));
    await time.increaseTo(start + 3n * HOUR);
  });

  it("review 19: a captured majority is caught: freezes the bond for 7 days, takes nothing, and is released by anyone", async () => {
    const { slasher, registry, reporter, stranger, time } = fixture;
    const id = caseId(Fault.Capture, 1n, dayOf(first + 3n));
    await expect(capture())
      .to.emit(slasher, "CaseOpened")
      .withArgs(reporter.address, id, 1, Fault.Capture, dayOf(first + 3n), Stage.Waiting);
    const frozen = await registry.validator(1);
    expect([frozen.bond, frozen.frozen, frozen.state], "frozen").to.deep.equal([BOND, BOND, BigInt(State.Active)]);

    const [, pending] = await slasher.caseOf(id);
    const deadline = pending.openedAt + 7n * DAY;
    await time.setNextBlockTimestamp(deadline);
    await expect(slasher.release(id))
      .to.be.revertedWithCustomError(slasher, "Slasher_TooEarly")
      .withArgs(deadline + 1n, deadline);
    await time.setNextBlockTimestamp(deadline + 1n);
    await expect(slasher.connect(stranger).release(id))
      .to.emit(slasher, "CaseReleased")
      .withArgs(stranger.address, id, 1, BOND);
    const free = await registry.validator(1);
    expect([free.bond, free.frozen], "whole and free").to.deep.equal([BOND, 0n]);
    await expect(slasher.finalize(id))
      .to.be.revertedWithCustomError(slasher, "Slasher_WrongCase")
      .withArgs(id, Stage.Closed);
  });

  it("is one case per validator and day, for every member of the majority", async () => {
    const { slasher } = fixture;
    await capture(0);
    await expect(capture(0))
      .to.be.revertedWithCustomError(slasher, "Slasher_CaseExists")
      .withArgs(caseId(Fault.Capture, 1n, dayOf(first + 3n)));
    await expect(capture(1)).to.emit(slasher, "CaseOpened");
  });

  it("skips rounds that published nothing, but not at the ends", async () => {
    const { slasher, oracle } = fixture;
    const silent = { price: PRICE, dispersionPpm: 0n, published: false, clean: false, witnessed: false };
    await oracle.setPrices(0, first + 10n, first + 20n, silent);
    await expect(capture()).to.emit(slasher, "CaseOpened");
    await oracle.setPrice(0, last, silent);
    await expect(capture(1)).to.be.revertedWithCustomError(slasher, "Slasher_RoundNotPublished").withArgs(0, last);
  });

  describe("the accused", () => {
    it("signed within 2 % of the false median", async () => {
      const { slasher, reportOf } = fixture;
      const honest = reportOf(PRICE, { round: first + 3n });
      await expect(capture(0, honest))
        .to.be.revertedWithCustomError(slasher, "Slasher_SignedOtherwise")
        .withArgs(PRICE, FALSE_PRICE);
      const edge = reportOf((FALSE_PRICE * 102n) / 100n, { round: first + 3n });
      await expect(capture(0, edge)).to.emit(slasher, "CaseOpened");
    });

    it("signed a round of the span that was published, for a feed that exists", async () => {
      const { slasher, reportOf, keepRound } = fixture;
      const outside = reportOf(FALSE_PRICE, { round: first - 1n });
      await expect(capture(0, outside))
        .to.be.revertedWithCustomError(slasher, "Slasher_OutsideSpan")
        .withArgs(first - 1n, first, last);
      await expect(capture(0, undefined, { feed: 8n }))
        .to.be.revertedWithCustomError(slasher, "Slasher_UnknownFeed")
        .withArgs(8, 8);
      await keepRound(first + 3n, { price: FALSE_PRICE, published: false });
      await expect(capture())
        .to.be.revertedWithCustomError(slasher, "Slasher_RoundNotPublished")
        .withArgs(0, first + 3n);
    });

    it("signed for the round's set, with the key that sat there", async () => {
      const { slasher, oracle, registry, reportOf } = fixture;
      await expect(capture(0, reportOf(FALSE_PRICE, { round: first + 3n, setId: 2n })))
        .to.be.revertedWithCustomError(slasher, "Slasher_WrongSet")
        .withArgs(2, 1);
      await registry.enroll(20, keyOf(20).address, 255, BOND);
      await expect(capture(20)).to.be.revertedWithCustomError(slasher, "Slasher_NotSeated").withArgs(20, 1);
      await expect(capture(30)).to.be.revertedWithCustomError(slasher, "Slasher_UnknownSigner");
      await oracle.setSeat(1, 0, keyOf("rotated").address, SEAT_WEIGHT, 1);
      await expect(capture(0)).to.be.revertedWithCustomError(slasher, "Slasher_RetiredKey");
    });

    it("was among the accepted signers", async () => {
      const { slasher, keepRound } = fixture;
      await keepRound(first + 3n, { price: FALSE_PRICE }, { signers: 0x3fen });
      await expect(capture())
        .to.be.revertedWithCustomError(slasher, "Slasher_NotInRound")
        .withArgs(1, first + 3n);
    });
  });

  describe("the span", () => {
    it("lasts at least 10 min and at most 64 rounds", async () => {
      const { slasher } = fixture;
      for (const changes of [{ lastRound: first + 39n }, { firstRound: last - 64n }]) {
        await expect(capture(0, undefined, changes)).to.be.revertedWithCustomError(slasher, "Slasher_BadSpan");
      }
    });

    it("lies behind the latest round and nowhere near the end of the ring", async () => {
      const { slasher, oracle } = fixture;
      await oracle.setLatestRound(last);
      await expect(capture()).to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept").withArgs(last);
      await oracle.setLatestRound(first + 4_096n);
      await expect(capture()).to.be.revertedWithCustomError(slasher, "Slasher_RoundNotKept").withArgs(first);
      await oracle.setLatestRound(first + 4_095n);
      await expect(capture()).to.emit(slasher, "CaseOpened");
    });

    it("holds no published median within 8 %", async () => {
      const { slasher, oracle } = fixture;
      const witnessed = PRICE + 1n;
      const price = (witnessed * 108n) / 100n;
      const fair = { price, dispersionPpm: 0n, published: true, clean: true, witnessed: false };
      await oracle.setPrice(0, first + 20n, fair);
      await expect(capture())
        .to.be.revertedWithCustomError(slasher, "Slasher_MedianHolds")
        .withArgs(first + 20n, fair.price, witnessed);
      await oracle.setPrice(0, first + 20n, { ...fair, price: fair.price + 1n });
      await expect(capture()).to.emit(slasher, "CaseOpened");
    });
  });

  describe("the witnesses", () => {
    it("are two, with true times", async () => {
      const { slasher, router } = fixture;
      await expect(capture(0, undefined, { sources: [1n, 1n] }))
        .to.be.revertedWithCustomError(slasher, "Slasher_SameSource")
        .withArgs(1);
      await router.setTrueTime(0, 1, false);
      await expect(capture()).to.be.revertedWithCustomError(slasher, "Slasher_NotTrueTime").withArgs(1);
    });

    it("leave no gap and reach an hour to either side", async () => {
      const { slasher } = fixture;
      const gap = [...ids.slice(0, 20), ...ids.slice(21)];
      await expect(capture(0, undefined, { firstRoundIds: gap })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_NoWitnessProof",
      );
      await expect(capture(0, undefined, { firstRoundIds: ids.slice(1) }))
        .to.be.revertedWithCustomError(slasher, "Slasher_NoWitnessProof")
        .withArgs(0, 1);
      const twice = [...ids.slice(0, 20), ...ids.slice(19)];
      await expect(capture(0, undefined, { firstRoundIds: twice })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_NoWitnessProof",
      );
      await expect(capture(0, undefined, { secondRoundIds: ids.slice(0, 30) })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_WitnessUncovered",
      );
      await expect(capture(0, undefined, { secondRoundIds: [] })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_WitnessUncovered",
      );
    });

    it("come in at most 128 rounds each", async () => {
      const { slasher } = fixture;
      const many = Array.from({ length: 129 }, (_, i) => BigInt(i));
      await expect(capture(0, undefined, { firstRoundIds: many }))
        .to.be.revertedWithCustomError(slasher, "Slasher_TooManyWitnessRounds")
        .withArgs(129, 128);
    });

    it("are at most 1 % apart", async () => {
      const { slasher, router } = fixture;
      const near = (PRICE * 101n) / 100n;
      await router.setTrueTime(0, 2, true);
      await router.push(
        0,
        2,
        stepsOf((_, wiggle) => near + wiggle),
      );
      await expect(capture(0, undefined, { sources: [0n, 2n] })).to.emit(slasher, "CaseOpened");
      await router.setTrueTime(0, 3, true);
      await router.push(
        0,
        3,
        stepsOf((_, wiggle) => near + 2n - wiggle),
      );
      await expect(capture(1, undefined, { sources: [0n, 3n] })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_WitnessesApart",
      );
    });

    it("review 19: stood still; a witness that lags a crash moves when it catches up, and frames nobody", async () => {
      const { slasher, router } = fixture;
      // The market fell 12 % a little before the span; one source shows it only ten minutes after.
      const fallen = (PRICE * 88n) / 100n;
      const caughtUpAt = last * ROUND_SECONDS + 600n;
      await router.setTrueTime(0, 2, true);
      await router.push(
        0,
        2,
        stepsOf((at, wiggle) => (at < caughtUpAt ? PRICE - wiggle : fallen + wiggle)),
      );
      await expect(capture(0, undefined, { sources: [0n, 2n] }))
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessUnsteady")
        .withArgs(2, fallen, PRICE);
    });

    it("are alive: no round of theirs lasts longer than the heartbeat", async () => {
      const { slasher, router } = fixture;
      await router.setHeartbeat(INTERVAL - 1n);
      await expect(capture())
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessStale")
        .withArgs(0, 0, INTERVAL, INTERVAL - 1n);
      await router.setHeartbeat(INTERVAL);
      await expect(capture()).to.emit(slasher, "CaseOpened");
    });

    it("say something: one that repeats itself to the last digit, as a dead or bounded source does, is no witness", async () => {
      const { slasher, router } = fixture;
      await router.setTrueTime(0, 2, true);
      const steps = stepsOf();
      steps[60] = { ...steps[60]!, price: steps[59]!.price };
      await router.push(0, 2, steps);
      await expect(capture(0, undefined, { sources: [0n, 2n] }))
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessRepeats")
        .withArgs(2, 60, steps[59]!.price);
    });

    it("may move by 2 % in all", async () => {
      const { slasher, router } = fixture;
      for (const [source, high] of [
        [2, (PRICE * 102n) / 100n],
        [3, (PRICE * 102n) / 100n + 1n],
      ] as const) {
        await router.setTrueTime(0, source, true);
        await router.push(
          0,
          source,
          stepsOf((at, wiggle) => (at < first * ROUND_SECONDS - 1_000n ? high - wiggle : PRICE + wiggle)),
        );
      }
      await expect(capture(0, undefined, { sources: [0n, 2n] })).to.emit(slasher, "CaseOpened");
      await expect(capture(1, undefined, { sources: [0n, 3n] })).to.be.revertedWithCustomError(
        slasher,
        "Slasher_WitnessUnsteady",
      );
    });

    it("must chain: a round that begins elsewhere than its predecessor ended is no successor", async () => {
      const { slasher, router } = fixture;
      await router.setTrueTime(0, 2, true);
      // Round 0 claims to end a second after round 1 began, so round 1 answers for that second without beginning there.
      const steps = stepsOf();
      await router.push(0, 2, steps);
      const moment = steps[1]!.updatedAt + 1n;
      await router.setFirstEnd(0, 2, moment);
      await expect(capture(0, undefined, { sources: [0n, 2n] }))
        .to.be.revertedWithCustomError(slasher, "Slasher_WitnessGap")
        .withArgs(2, 1, moment);
    });
  });
});
