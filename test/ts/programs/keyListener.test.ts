// SPDX-License-Identifier: MIT
import { assert } from "chai";
import { SigningKey } from "ethers";

import { FileStorage } from "../../../scripts/chain/FileStorage.ts";
import { reportDigest } from "../../../scripts/chain/reportDigest.ts";
import { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import { signedReportJson } from "../../../scripts/chain/signedReportJson.ts";
import type { Transport } from "../../../scripts/chain/Transport.ts";
import { BallastError } from "../../../scripts/model/BallastError.ts";
import { oracleDomain } from "../../../scripts/model/priceReportTypedData.ts";
import type { SignedReport } from "../../../scripts/model/types.ts";
import { KeyListener } from "../../../scripts/validator/KeyListener.ts";
import type { KeyState, LandedRound } from "../../../scripts/validator/KeyListener.ts";
import { SigningGuard } from "../../../scripts/validator/SigningGuard.ts";
import { codeOf } from "./support/ChainStage.ts";
import { silentLog } from "./support/silentLog.ts";
import { freshFolder } from "./support/startProgram.ts";
import { keyOf } from "./support/World.ts";

const DOMAIN = oracleDomain(31_337n, `0x${"11".repeat(20)}`);
const VECTOR = [5n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
const OTHER_VECTOR = [6n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
const LISTENING: KeyState = "listening";

function reportBy(name: string, round: bigint, prices: readonly bigint[] = VECTOR): SignedReport {
  const statement = { round, setId: 1n, anchorHash: `0x${"aa".repeat(32)}`, prices };
  const { r, yParityAndS } = new SigningKey(keyOf(name).privateKey).sign(reportDigest(DOMAIN, statement));
  return { ...statement, seat: 0, anchorBlock: 7n, signature: { r, yParityAndS } };
}

describe("listening for the own keys", () => {
  let heard: SignedReport[] | "unreachable";
  let landed: LandedRound | undefined;
  let elsewhere: number | undefined;
  let storage: FileStorage;
  let guard: SigningGuard;
  let listener: KeyListener;

  /** A process that begins in `round` on the disk as it is, waiting `quarantineRounds` when it does not know its past. */
  async function start(round = 100n, quarantineRounds = 2, seed = 1): Promise<void> {
    guard = await SigningGuard.open(storage, round);
    const transport: Transport = {
      request: async () => {
        if (heard === "unreachable") throw new BallastError("httpUnreachable", "nobody", { retriable: true });
        return { status: 200, body: JSON.stringify({ reports: heard.map(signedReportJson) }) };
      },
    };
    listener = new KeyListener({
      transport,
      random: new SeededRandom(seed),
      log: silentLog,
      guard,
      domain: DOMAIN,
      addresses: [keyOf("own").address, keyOf("next").address],
      sources: ["x", "y"],
      quarantineRounds,
      landed: () => Promise.resolve(landed),
      elsewhere: { set: (value: unknown) => (elsewhere = Number(value)) },
    });
  }

  beforeEach(async () => {
    heard = [];
    landed = undefined;
    storage = new FileStorage(await freshFolder());
    await start();
  });

  async function states(...rounds: bigint[]): Promise<KeyState[]> {
    const answers: KeyState[] = [];
    for (const round of rounds) answers.push(await listener.stateAt(round));
    return answers;
  }

  /** Rounds from `first` on in which it listens. */
  async function silence(first: bigint): Promise<number> {
    let rounds = 0;
    while (rounds < 100 && (await listener.stateAt(first + BigInt(rounds))) === "listening") rounds += 1;
    assert.isBelow(rounds, 100, "it never ends");
    return rounds;
  }

  describe("before the first signature", () => {
    it("ends after two silent rounds", async () => {
      assert.deepEqual(await states(101n, 102n, 103n), [LISTENING, "free", "free"]);
    });

    it("does not count a round twice when it is tried again", async () => {
      assert.deepEqual(await states(101n, 101n, 101n, 102n), [LISTENING, LISTENING, LISTENING, "free"]);
    });

    it("goes on while nobody answers", async () => {
      heard = "unreachable";
      assert.deepEqual(await states(101n, 102n, 103n, 104n), [LISTENING, LISTENING, LISTENING, LISTENING]);
      heard = [];
      assert.deepEqual(await states(105n, 106n), [LISTENING, "free"]);
    });

    it("begins again whenever somebody signs with one of the keys", async () => {
      assert.deepEqual(await states(101n), [LISTENING]);
      heard = [reportBy("own", 101n)];
      assert.deepEqual(await states(102n, 103n), [LISTENING, LISTENING]);
      heard = [reportBy("next", 103n)];
      assert.deepEqual(await states(104n, 105n, 106n), [LISTENING, LISTENING, "free"]);
    });

    it("begins again when the chain has a round that was signed with the key", async () => {
      landed = { round: 101n, signers: [keyOf("another").address, keyOf("own").address] };
      assert.deepEqual(await states(101n, 102n, 103n), [LISTENING, LISTENING, "free"]);
    });

    it("is not held up by other keys or its own last life, which it remembers", async () => {
      await guard.permit(101n, VECTOR);
      heard = [reportBy("another", 101n), reportBy("own", 101n), reportBy("own", 99n)];
      landed = { round: 101n, signers: [keyOf("own").address] };
      assert.deepEqual(await states(102n, 103n), [LISTENING, "free"]);
    });

    it("takes long for a new or lost disk and for one that is old, short for one that knows the last rounds", async () => {
      await start(100n, 6);
      const unknown = await silence(101n);
      assert.isAtLeast(unknown, 5, "a fresh folder");
      await guard.permit(120n, VECTOR);
      await start(121n, 6);
      assert.equal(await silence(122n), 1, "restarted at once");
      await start(161n, 6);
      assert.isAtLeast(await silence(162n), 5, "relayers have forgotten by now");
    });

    it("draws how long it takes, so that two that begin together do not end together", async () => {
      const lengths = new Set<number>();
      for (let seed = 1; seed <= 12; seed++) {
        await start(100n, 8, seed);
        lengths.add(await silence(101n));
      }
      assert.isAtLeast(lengths.size, 4, [...lengths].join());
      assert.isTrue(
        [...lengths].every((rounds) => rounds >= 7 && rounds <= 13),
        [...lengths].join(),
      );
    });
  });

  describe("on an old copy of its disk", () => {
    beforeEach(async () => {
      await guard.permit(101n, VECTOR);
      heard = [reportBy("own", 101n), reportBy("own", 117n)];
      await start(118n, 4);
    });

    it("learns from relayers how far it had signed, and never contradicts it however its clock stands", async () => {
      assert.isAtLeast(await silence(119n), 3, "it waits as if the disk were new");
      assert.equal(await codeOf(guard.permit(117n, OTHER_VECTOR)), "guardFloor");
      assert.equal(await codeOf(guard.permit(118n, OTHER_VECTOR)), "guardFloor", "it may have signed one more");
      assert.equal(await codeOf(guard.permit(119n, VECTOR)), "done");
      const reopened = await SigningGuard.open(storage, 100n);
      assert.equal(await codeOf(reopened.permit(117n, OTHER_VECTOR)), "guardFloor", "it is on disk");
    });

    it("learns the same from the chain when relayers do not tell", async () => {
      heard = [];
      landed = { round: 117n, signers: [keyOf("own").address] };
      await silence(119n);
      assert.equal(await codeOf(guard.permit(117n, OTHER_VECTOR)), "guardFloor");
    });

    it("does not lower what it learned when it forgets its oldest rounds", async () => {
      await silence(119n);
      for (let round = 1_000n; round < 1_100n; round++) await guard.permit(round, VECTOR);
      assert.equal(guard.floor(), 1_019n);
      await guard.adopt(2_000n);
      await guard.permit(2_001n, VECTOR);
      assert.equal(guard.floor(), 2_000n);
    });
  });

  describe("while it signs", () => {
    beforeEach(async () => {
      await states(101n, 102n);
      await guard.permit(103n, VECTOR);
    });

    it("goes on as long as it hears itself and others", async () => {
      heard = [reportBy("own", 103n), reportBy("another", 103n, OTHER_VECTOR)];
      landed = { round: 103n, signers: [keyOf("own").address] };
      assert.equal(await codeOf(listener.watch(103n)), "done");
      assert.deepEqual(await states(104n), ["free"]);
      assert.equal(elsewhere, 0);
    });

    it("goes on when nobody answers", async () => {
      heard = "unreachable";
      assert.equal(await codeOf(listener.watch(103n)), "done");
    });

    for (const [what, report] of [
      ["another vector in its own round", reportBy("own", 103n, OTHER_VECTOR)],
      ["a round it did not sign", reportBy("own", 104n)],
      ["a round signed with the next key", reportBy("next", 104n)],
    ] as const) {
      it(`stops for good when it hears ${what}`, async () => {
        heard = [report];
        assert.equal(await codeOf(listener.watch(104n)), "signedElsewhere");
        heard = [];
        assert.deepEqual(await states(105n, 106n), ["signedElsewhere", "signedElsewhere"]);
        assert.equal(await codeOf(listener.watch(106n)), "signedElsewhere", "and says so every time");
        assert.equal(elsewhere, 1);
      });
    }

    it("stops when the chain has a round with its signature that it did not sign", async () => {
      landed = { round: 104n, signers: [keyOf("own").address] };
      assert.equal(await codeOf(listener.watch(104n)), "signedElsewhere");
    });
  });
});
