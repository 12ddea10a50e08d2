// SPDX-License-Identifier: MIT
import { assert } from "chai";

import { decideBump } from "../../../scripts/model/decideBump.ts";
import type { BumpDecision } from "../../../scripts/model/decideBump.ts";
import { decideRelay } from "../../../scripts/model/decideRelay.ts";
import type { Candidate, RelaySituation } from "../../../scripts/model/decideRelay.ts";
import { decideSign } from "../../../scripts/model/decideSign.ts";
import type { SignSituation } from "../../../scripts/model/decideSign.ts";
import { medianOfVenues } from "../../../scripts/model/medianOfVenues.ts";
import type { VenueQuote } from "../../../scripts/model/medianOfVenues.ts";
import { roundStartMs } from "../../../scripts/model/rounds.ts";

const priced = [100n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];

function quote(venue: string, price: bigint, tradedAtMs = 100_000n): VenueQuote {
  return { venue, price, tradedAtMs };
}

function candidates(...seats: number[]): Candidate[] {
  return seats.map((seat) => ({ seat, weight: 10n, prices: priced }));
}

describe("median of venues", () => {
  const policy = { minimumVenues: 2, maximumAgeMs: 60_000n, maximumLeadMs: 5_000n, outlierBps: 100n };
  it("takes the middle of fresh venues, the mean of the middle two when even", () => {
    assert.equal(
      medianOfVenues([quote("a", 10_000n), quote("b", 10_010n), quote("c", 10_020n)], 100_000n, policy).price,
      10_010n,
    );
    assert.equal(medianOfVenues([quote("a", 10_000n), quote("b", 10_011n)], 100_000n, policy).price, 10_005n);
  });

  it("drops stale, future-dated, worthless and outlying venues and says so", () => {
    const quotes = [
      quote("a", 10_000n),
      quote("b", 10_010n),
      quote("c", 10_020n),
      quote("stale", 10_000n, 39_999n),
      quote("future", 10_000n, 105_001n),
      quote("zero", 0n),
      quote("outlier", 11_000n),
    ];
    const result = medianOfVenues(quotes, 100_000n, policy);
    assert.equal(result.price, 10_010n, "price");
    assert.deepEqual(result.used, ["a", "b", "c"], "used");
    const reasons = Object.fromEntries(result.dropped.map((entry) => [entry.venue, entry.reason]));
    assert.deepEqual(reasons, { stale: "stale", future: "fromTheFuture", zero: "worthless", outlier: "outlier" });
  });

  it("abstains below the minimum and when two venues contradict each other", () => {
    assert.equal(medianOfVenues([quote("a", 10_000n)], 100_000n, policy).price, 0n, "one venue");
    assert.equal(
      medianOfVenues([quote("a", 10_000n), quote("b", 12_000n)], 100_000n, policy).price,
      0n,
      "contradiction",
    );
    assert.equal(medianOfVenues([], 100_000n, policy).price, 0n, "none");
  });
});

const ready: SignSituation = {
  delayMs: 5_000n,
  maximumDelayMs: 5_000n,
  key: "free",
  seat: 3,
  masked: false,
  anchorFound: true,
  prices: priced,
};

function signReason(change: Partial<SignSituation>): string {
  const decision = decideSign({ ...ready, ...change });
  return decision.kind === "refuse" ? decision.reason : "signed";
}

describe("decideSign", () => {
  it("signs when everything is in place", () => {
    assert.deepEqual(decideSign(ready), { kind: "sign", seat: 3 });
  });

  it("names the reason when something is missing", () => {
    assert.equal(signReason({ key: "listening" }), "listening");
    assert.equal(signReason({ key: "signedElsewhere" }), "signedElsewhere");
    assert.equal(signReason({ seat: undefined }), "notInSet");
    assert.equal(signReason({ masked: true }), "masked");
    assert.equal(signReason({ delayMs: 5_001n }), "tooLate");
    assert.equal(signReason({ anchorFound: false }), "noAnchor");
    assert.equal(signReason({ prices: priced.map(() => 0n) }), "nothingToPrice");
  });
});

describe("decideRelay", () => {
  const round = 1_000n;
  const start = roundStartMs(round);
  const policy = { completenessDelayMs: 3_000n, subQuorumAfterMs: 120_000n };
  const base: RelaySituation = {
    nowMs: start + 1_000n,
    round,
    setId: 1n,
    candidates: candidates(0, 1, 2, 3),
    expectedSeats: [0, 1, 2, 3],
    totals: { active: 40n, nominal: 40n },
    latest: undefined,
  };
  const decide = (change: Partial<RelaySituation>) => {
    const decision = decideRelay({ ...base, ...change }, policy);
    return `${decision.kind}:${decision.reason}`;
  };

  it("relays at once when everyone reported", () => {
    assert.equal(decide({}), "relay:complete");
  });
  it("waits for the missing, but not for ever", () => {
    assert.equal(decide({ candidates: candidates(0, 1, 2) }), "wait:incomplete");
    assert.equal(decide({ candidates: candidates(0, 1, 2), nowMs: start + 3_000n }), "relay:delayOver");
  });
  it("waits for a quorum, and after a long silence sends more than half", () => {
    const three = { candidates: candidates(0, 1, 2), totals: { active: 50n, nominal: 50n } };
    assert.equal(decide({ ...three, nowMs: start + 9_000n }), "wait:noQuorum");
    const silent = { round: round - 9n, setId: 1n, acceptedAtMs: 0n, seats: [0, 1, 2, 3], prices: [] };
    assert.equal(decide({ ...three, latest: silent }), "relay:subQuorum");
    assert.equal(decide({ ...three, latest: { ...silent, round: round - 8n }, nowMs: start }), "wait:noQuorum");
    assert.equal(decide({ candidates: candidates(0, 1), latest: silent }), "wait:noQuorum");
  });
  it("upgrades the latest round only with a strict superset, in time and in the same set", () => {
    const latest = { round, setId: 1n, acceptedAtMs: start + 4_000n, seats: [0, 1, 2], prices: [] };
    assert.equal(decide({ latest, nowMs: start + 34_000n }), "relay:superset");
    assert.equal(decide({ latest, nowMs: start + 34_001n }), "skip:windowOver");
    assert.equal(decide({ latest, candidates: candidates(0, 1, 2) }), "skip:notSuperset");
    assert.equal(decide({ latest, candidates: candidates(0, 1, 3, 4) }), "skip:notSuperset");
    assert.equal(decide({ latest: { ...latest, setId: 2n } }), "skip:notSuperset");
  });
  it("pays for a round only when a price moved or a heartbeat is over, where it is told to", () => {
    const prices = [3_000_000n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
    const reports = base.candidates.map((candidate) => ({ ...candidate, prices }));
    const due = { heartbeatMs: 300_000n, deviationBps: 25n };
    const decideDue = (roundsAgo: bigint, published: readonly bigint[]): string => {
      const latest = { round: round - roundsAgo, setId: 1n, acceptedAtMs: 0n, seats: [], prices: published };
      const decision = decideRelay({ ...base, candidates: reports, latest }, { ...policy, due });
      return `${decision.kind}:${decision.reason}`;
    };
    const moved = (bps: bigint): bigint[] => prices.map((price) => (price * 10_000n) / (10_000n + bps));
    assert.equal(decideDue(1n, prices), "wait:notDue");
    assert.equal(decideDue(1n, moved(24n)), "wait:notDue");
    assert.equal(decideDue(1n, moved(26n)), "relay:complete");
    assert.equal(decideDue(19n, prices), "wait:notDue", "285 s");
    assert.equal(decideDue(20n, prices), "relay:complete", "300 s");
    assert.equal(decideDue(1n, []), "relay:complete", "the last round had no price of the feed");
    assert.equal(decide({ latest: undefined }), "relay:complete", "the very first");
  });
  it("leaves rounds that are too old or already passed", () => {
    assert.equal(decide({ nowMs: start + 600_001n }), "skip:tooOld");
    assert.equal(
      decide({ latest: { round: round + 1n, setId: 1n, acceptedAtMs: 0n, seats: [], prices: [] } }),
      "skip:notNewer",
    );
  });
});

describe("decideBump", () => {
  const policy = { bumpAfterMs: 5_000n, maximumFeePerGas: 1_000n };
  const fees = { maxFeePerGas: 100n, maxPriorityFeePerGas: 3n };
  const calm = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };

  it("waits first, then raises both fees by an eighth at least", () => {
    assert.deepEqual(decideBump(0n, 4_999n, fees, calm, policy), { kind: "wait" });
    const bumped: BumpDecision = { kind: "bump", fees: { maxFeePerGas: 113n, maxPriorityFeePerGas: 4n } };
    assert.deepEqual(decideBump(0n, 5_000n, fees, calm, policy), bumped);
  });
  it("follows the market up to its cap and gives up when not one step fits", () => {
    const wild = { maxFeePerGas: 5_000n, maxPriorityFeePerGas: 50n };
    const capped: BumpDecision = { kind: "bump", fees: { maxFeePerGas: 1_000n, maxPriorityFeePerGas: 50n } };
    assert.deepEqual(decideBump(0n, 5_000n, fees, wild, policy), capped);
    assert.deepEqual(decideBump(0n, 5_000n, { ...fees, maxFeePerGas: 900n }, calm, policy), { kind: "exhausted" });
  });
});
