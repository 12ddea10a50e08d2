// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import { decideFees, feeCeiling } from "../../../../scripts/model/intents/decideFees.ts";
import { decideIntent } from "../../../../scripts/model/intents/decideIntent.ts";
import type { IntentSituation } from "../../../../scripts/model/intents/decideIntent.ts";
import { shareDelayMs } from "../../../../scripts/model/intents/shareDelayMs.ts";
import { forgottenNonces, gapsBelow, nextNonce, unknownNonces } from "../../../../scripts/model/intents/nonces.ts";
import { refusalOf, remedyOf } from "../../../../scripts/model/intents/remedyOf.ts";
import type { Attempt, Intent } from "../../../../scripts/model/intents/types.ts";
import { findFork } from "../../../../scripts/model/findFork.ts";
import { GAIN, MUST } from "../support/DeskBench.ts";

const signed = { hash: "0xaa", raw: "0xbb", atMs: 1_000n };
const attempt: Attempt = {
  id: 1,
  kind: "work",
  gasLimit: 50_000n,
  maxFeePerGas: 80n,
  maxPriorityFeePerGas: 8n,
  signed,
};
const intent: Intent = {
  id: 1,
  key: "k",
  className: "must",
  to: "0x",
  data: "0x",
  rewardWei: 0n,
  deadlineMs: 100_000n,
  gasLimit: 50_000n,
  withdrawn: false,
  planned: { nonce: 7, block: 90n },
  bound: { nonce: 7, block: 90n },
  attempts: [attempt],
};
const situation: IntentSituation = {
  nowMs: 2_000n,
  latestNonce: 7,
  finalNonce: 7,
  finalNumber: 98n,
  receipt: undefined,
  market: { maxFeePerGas: 50n, maxPriorityFeePerGas: 5n },
  bumpAfterMs: 5_000n,
  ceiling: 1_000n,
  maximumFeePerGas: 1_000n,
};
const receipt = { kind: "work", succeeded: true, blockNumber: 98n } as const;

function decide(change: Partial<IntentSituation>, given: Partial<Intent> = {}): object {
  return decideIntent({ ...intent, ...given }, { ...situation, ...change });
}

describe("decisions about intents", () => {
  it("the end of an intent is believed in a final block only, and is what its transaction did", () => {
    assert.deepEqual(decide({ receipt: { ...receipt, blockNumber: 99n } }), { kind: "wait", reason: "mined" });
    assert.deepEqual(decide({ receipt }), { kind: "finish", end: "done" });
    assert.deepEqual(decide({ receipt: { ...receipt, succeeded: false } }), { kind: "finish", end: "reverted" });
    assert.deepEqual(decide({ receipt: { ...receipt, kind: "cancel" } }), { kind: "finish", end: "givenUp" });
  });

  it("a nonce that went to another transaction is given up only when that is final", () => {
    assert.deepEqual(decide({ latestNonce: 8 }), { kind: "wait", reason: "nonceTaken" });
    assert.deepEqual(decide({ latestNonce: 8, finalNonce: 8 }), { kind: "unbind" });
  });

  it("what was never signed is signed; what waits long enough is made dearer, within its ceiling", () => {
    assert.deepEqual(decide({}, { attempts: [{ ...attempt, signed: undefined }] }), { kind: "sign" });
    assert.deepEqual(decide({ nowMs: 5_999n }), { kind: "wait", reason: "sent" });
    const fees = { maxFeePerGas: 90n, maxPriorityFeePerGas: 9n };
    assert.deepEqual(decide({ nowMs: 6_000n }), { kind: "bump", fees });
    assert.deepEqual(decide({ nowMs: 6_000n, ceiling: 90n }), { kind: "bump", fees });
    assert.deepEqual(decide({ nowMs: 6_000n, ceiling: 89n }), { kind: "wait", reason: "capReached" });
  });

  it("what nobody wants any more is cancelled at once, even dearer than its work could be", () => {
    const fees = { maxFeePerGas: 90n, maxPriorityFeePerGas: 9n };
    assert.deepEqual(decide({ ceiling: 1n }, { withdrawn: true }), { kind: "cancel", fees });
    assert.deepEqual(decide({ nowMs: 100_000n, ceiling: 1n }), { kind: "wait", reason: "capReached" }, "in time");
    assert.deepEqual(decide({ nowMs: 100_001n, ceiling: 1n }), { kind: "cancel", fees }, "too late");
    const cancelled = { withdrawn: true, attempts: [attempt, { ...attempt, kind: "cancel" as const }] };
    assert.deepEqual(decide({}, cancelled), { kind: "wait", reason: "sent" }, "once");
    assert.deepEqual(decide({}, { withdrawn: true, bound: undefined }), { kind: "drop" }, "or dropped");
  });

  it("nonces are the lowest that are free; gaps and forgotten ones are those nobody has", () => {
    assert.equal(nextNonce(5, []), 5);
    assert.equal(nextNonce(5, [4, 5, 7]), 6);
    assert.deepEqual(gapsBelow(5, [4, 6, 9]), [5, 7, 8]);
    assert.deepEqual(gapsBelow(5, []), []);
    assert.deepEqual(forgottenNonces(5, 8, [6]), [5, 7]);
    assert.lengthOf(forgottenNonces(0, 1e9, []), 16, "no endpoint's claim makes a long list");
    assert.deepEqual(unknownNonces(5, 22, [6]), [5, ...Array.from({ length: 15 }, (_, i) => 7 + i)]);
    assert.isUndefined(unknownNonces(5, 23, [6]), "nor is a long one cut where something may hide");
  });

  it("work pays up to the cap of its class, and what is no must no more than leaves its profit", () => {
    assert.equal(feeCeiling(MUST, { rewardWei: 0n }, 100_000n), MUST.maximumFeePerGas);
    const work = { rewardWei: 125_000n };
    assert.equal(feeCeiling(GAIN, work, 1_000n), 100n, "a quarter more than it costs");
    assert.equal(feeCeiling(GAIN, { rewardWei: 10n ** 30n }, 1_000n), GAIN.maximumFeePerGas);
    assert.equal(feeCeiling(GAIN, { ...work, expectedGas: 500n }, 1_000n), 200n, "by what it uses, not by its limit");
    assert.equal(feeCeiling(GAIN, { ...work, expectedGas: 5_000n }, 1_000n), 100n, "which is never more than that");
    const market = { maxFeePerGas: 25n, maxPriorityFeePerGas: 5n };
    assert.deepEqual(decideFees(market, 10n, 100n), { kind: "pay", fees: market });
    const lowered = { maxFeePerGas: 15n, maxPriorityFeePerGas: 5n };
    assert.deepEqual(decideFees(market, 10n, 15n), { kind: "pay", fees: lowered }, "base fee and tip");
    assert.deepEqual(decideFees(market, 10n, 14n), { kind: "tooDear", needed: 15n, ceiling: 14n });
  });

  it("nodes' words about a transaction are told apart, and each failure has a remedy", () => {
    const said = [
      "already known",
      "Known transaction: 0xa86b",
      "nonce too low: next nonce 5, tx nonce 4",
      "Nonce too low. Expected nonce to be 1 but got 0.",
      "replacement transaction underpriced",
      "max fee per gas less than block base fee",
      "insufficient funds for gas * price + value",
      "Sender doesn't have enough funds to send tx.",
      "intrinsic gas too low",
    ];
    assert.deepEqual(said.map(refusalOf), [
      "known",
      "known",
      "nonceTooLow",
      "nonceTooLow",
      "underpriced",
      "underpriced",
      "insufficientFunds",
      "insufficientFunds",
      "other",
    ]);
    const remedies = ["rpcDisagreement", "feeTooLow", "callReverted", "insufficientFunds", "nobodyThoughtOfIt"].map(
      (code) => remedyOf(new BallastError(code, "", { retriable: code.startsWith("rpc") })),
    );
    assert.deepEqual(remedies, ["retry", "replace", "giveUp", "page", "page"]);
  });

  it("work falls to one replica, and to the next after a delay, to each in the end", () => {
    const delays = (id: bigint): bigint[] =>
      [0, 1, 2].map((index) => shareDelayMs(id, { index, replicas: 3, backupMs: 100n }));
    assert.deepEqual(delays(6n), [0n, 100n, 200n]);
    assert.deepEqual(delays(7n), [200n, 0n, 100n]);
    assert.deepEqual(delays(-1n), [100n, 200n, 0n]);
    assert.equal(shareDelayMs(5n, { index: 0, replicas: 1, backupMs: 100n }), 0n, "alone");
  });

  it("the block where the chain left what is remembered is found with few questions", async () => {
    const known = Array.from({ length: 64 }, (_, i) => ({ number: BigInt(100 + i), hash: `h${100 + i}` }));
    for (const last of [99n, 100n, 130n, 162n, 163n]) {
      let asked = 0;
      const fork = await findFork(known, 170n, (number) => {
        asked += 1;
        return Promise.resolve(number <= last ? `h${number}` : `other ${number}`);
      });
      const expected = last === 163n ? { kind: "same" } : { kind: "forked", number: last === 99n ? undefined : last };
      assert.deepEqual(fork, expected as typeof fork, `shared up to ${last}`);
      assert.isAtMost(asked, 8, "questions");
    }
    assert.deepEqual(await findFork(known, 90n, () => Promise.reject(new Error("asked"))), { kind: "same" }, "lagging");
  });
});
